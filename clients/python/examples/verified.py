"""A call whose answer is used only once its receipt verifies: verified.py NODE-URL TRUST-FILE [API-KEY]"""

import sys

import candor_client as candor

url, trust_file, *key = sys.argv[1:]
with candor.Candor(url, candor.Trust.load(trust_file), api_key=key[0] if key else None) as node:
    image = candor.tensor("image", "FP32", [1, 784], [0.5] * 784)
    try:
        answer = node.infer("mnist-mlp", [image])
    except candor.VerificationError as problem:
        sys.exit(f"do not use this answer: {problem.check} failed")
    except candor.RefusedError as problem:
        sys.exit(f"refused: {problem.code}")
    final = node.wait_for_finality(answer.request_id)
    print(f"{answer.receipt.model_name} {answer.receipt.model_version} answered {answer.request_id}")
    print("logits", *(f"{each:.2f}" for each in answer.output("logits").elements))
    print(f"receipt verified; final in block {final['height']}, {final['block'][:16]}...")
