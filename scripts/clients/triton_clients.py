"""Drives a node with Triton's own Python clients, over HTTP and gRPC.

Usage: triton_clients.py HTTP_HOST:PORT GRPC_HOST:PORT MODELS_FOLDER
The node serves mnist-mlp. Exits 0 if every check holds, and says which one did not.
"""
import gzip
import sys
import uuid

import numpy as np
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http

CHECKS = 0


def check(holds, what):
    global CHECKS
    CHECKS += 1
    if not holds:
        sys.exit(f"FAILED: {what}")


def digits(folder, count):
    with gzip.open(f"{folder}/digits-test-images.idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read()[16:], np.uint8)[: count * 784].reshape(count, 784)
    with gzip.open(f"{folder}/digits-test-labels.idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read()[8:], np.uint8)[:count]
    return pixels.astype(np.float32) / np.float32(255), labels


def refused(call, status):
    try:
        call()
    except Exception as error:  # the clients raise InferenceServerException, which both modules define
        return status in str(error.status() or "") + str(error)
    return False


def over_http(address, images, labels):
    client = triton_http.InferenceServerClient(address)
    check(client.is_server_live() and client.is_server_ready(), "HTTP: live and ready")
    check(client.is_model_ready("mnist-mlp"), "HTTP: model ready")
    check(client.get_server_metadata()["name"] == "candor", "HTTP: server metadata")
    check(client.get_model_metadata("mnist-mlp")["inputs"][0]["shape"] == [-1, 784], "HTTP: model metadata")
    check(client.get_model_config("mnist-mlp")["max_batch_size"] == 32, "HTTP: model configuration")
    check(any(m["name"] == "mnist-mlp" for m in client.get_model_repository_index()), "HTTP: repository index")
    for binary_in in (True, False):
        for binary_out in (True, False):
            tensor = triton_http.InferInput("image", [len(images), 784], "FP32")
            tensor.set_data_from_numpy(images, binary_data=binary_in)
            wanted = triton_http.InferRequestedOutput("logits", binary_data=binary_out)
            answer = client.infer("mnist-mlp", [tensor], outputs=[wanted], request_id="r-1")
            logits = answer.as_numpy("logits")
            check(logits.shape == (len(images), 10), f"HTTP: shape, binary {binary_in}/{binary_out}")
            check((logits.argmax(1) == labels).mean() > 0.8, f"HTTP: accuracy, binary {binary_in}/{binary_out}")
            response = answer.get_response()
            check(response["id"] == "r-1", "HTTP: id echoed")
            check(len(response["parameters"]["candor_receipt"]) > 300, "HTTP: receipt")
    tensor = triton_http.InferInput("image", [1, 784], "FP32")
    tensor.set_data_from_numpy(images[:1])
    key = {"Idempotency-Key": f"clients-{uuid.uuid4()}"}
    first = client.infer("mnist-mlp", [tensor], headers=key).get_response()
    check(client.infer("mnist-mlp", [tensor], headers=key).get_response() == first, "HTTP: a retry gets the same answer")
    zipped = client.infer("mnist-mlp", [tensor], request_compression_algorithm="gzip", response_compression_algorithm="gzip")
    check(zipped.as_numpy("logits").shape == (1, 10), "HTTP: gzip both ways")
    pending = [client.async_infer("mnist-mlp", [tensor]) for _ in range(8)]
    check(all(p.get_result().as_numpy("logits").shape == (1, 10) for p in pending), "HTTP: asynchronous calls")
    check(client.get_inference_statistics("mnist-mlp")["model_stats"][0]["inference_count"] > 0, "HTTP: statistics")
    check(refused(lambda: client.infer("no-such-model", [tensor]), "no-such-model"), "HTTP: unknown model is refused")
    short = triton_http.InferInput("image", [1, 783], "FP32")
    short.set_data_from_numpy(images[:1, :783])
    check(refused(lambda: client.infer("mnist-mlp", [short]), "400"), "HTTP: wrong shape is refused")
    client.close()


def over_grpc(address, images, labels):
    client = triton_grpc.InferenceServerClient(address)
    check(client.is_server_live() and client.is_server_ready(), "gRPC: live and ready")
    check(client.is_model_ready("mnist-mlp", "1.00"), "gRPC: model ready")
    check(list(client.get_model_metadata("mnist-mlp").inputs[0].shape) == [-1, 784], "gRPC: model metadata")
    check(client.get_model_config("mnist-mlp").config.max_batch_size == 32, "gRPC: model configuration")
    check(any(m.name == "mnist-mlp" for m in client.get_model_repository_index().models), "gRPC: repository index")
    tensor = triton_grpc.InferInput("image", [len(images), 784], "FP32")
    tensor.set_data_from_numpy(images)
    answer = client.infer("mnist-mlp", [tensor], request_id="r-2")
    check((answer.as_numpy("logits").argmax(1) == labels).mean() > 0.8, "gRPC: accuracy")
    response = answer.get_response()
    check(response.id == "r-2" and len(response.parameters["candor_receipt"].string_param) > 300, "gRPC: id and receipt")
    one = triton_grpc.InferInput("image", [1, 784], "FP32")
    one.set_data_from_numpy(images[:1])
    key = {"idempotency-key": f"clients-{uuid.uuid4()}"}
    first = client.infer("mnist-mlp", [one], headers=key).get_response()
    check(client.infer("mnist-mlp", [one], headers=key).get_response() == first, "gRPC: a retry gets the same answer")
    results = []
    client.start_stream(lambda result, error: results.append((result, error)))
    for i in range(16):
        client.async_stream_infer("mnist-mlp", [one], request_id=str(i))
    client.stop_stream()
    check(sorted(int(r.get_response().id) for r, e in results if e is None) == list(range(16)), "gRPC: stream")
    check(client.get_inference_statistics("mnist-mlp").model_stats[0].inference_count > 0, "gRPC: statistics")
    check(refused(lambda: client.infer("no-such-model", [one]), "NOT_FOUND"), "gRPC: unknown model is refused")
    check(refused(client.get_system_shared_memory_status, "UNIMPLEMENTED"), "gRPC: shared memory is refused by name")
    client.unload_model("mnist-mlp")
    check(refused(lambda: client.infer("mnist-mlp", [one]), "UNAVAILABLE"), "gRPC: a disabled model is refused")
    client.load_model("mnist-mlp")
    client.close()


def main():
    images, labels = digits(sys.argv[3], 32)
    over_http(sys.argv[1], images, labels)
    over_grpc(sys.argv[2], images, labels)
    print(f"tritonclient: {CHECKS} checks hold")


main()
