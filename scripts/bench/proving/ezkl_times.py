"""Times EZKL on one ONNX file: python ezkl_times.py MODEL.onnx SAMPLES.npy VISIBILITY FOLDER

VISIBILITY is that of the parameters: private, hashed or fixed. Inputs and outputs are public, Freivalds' check is on (its default),
the reference string is made locally. Prints one line of JSON: the settings, and seconds of wall and processor time of each step.
"""
import asyncio
import inspect
import json
import resource
import sys
import time
from pathlib import Path

import ezkl
import numpy as np


def finished(value):
    async def wait():
        return await value
    return asyncio.run(wait()) if inspect.isawaitable(value) else value


def main():
    model, samples, visibility, folder = sys.argv[1], np.load(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    at = {name: str(folder / name) for name in
          ("settings.json", "data.json", "model.compiled", "srs", "vk", "pk", "witness.json", "proof.json")}
    Path(at["data.json"]).write_text(json.dumps({"input_data": [samples[0].reshape(-1).tolist()]}))
    result = {"version": ezkl.__version__, "visibility": visibility}

    def step(name, work):
        wall, processor = time.perf_counter(), time.process_time()
        value = finished(work())
        result[name] = {"wall_s": round(time.perf_counter() - wall, 3),
                        "cpu_s": round(time.process_time() - processor, 3)}
        if value is False:
            raise SystemExit(f"EZKL's step {name} failed")

    arguments = ezkl.PyRunArgs()
    arguments.input_visibility = "public"
    arguments.param_visibility = visibility
    arguments.output_visibility = "public"
    arguments.disable_freivalds = False
    step("settings", lambda: ezkl.gen_settings(model, at["settings.json"], py_run_args=arguments))
    step("calibrate", lambda: ezkl.calibrate_settings(at["data.json"], model, at["settings.json"], "resources"))
    logrows = json.loads(Path(at["settings.json"]).read_text())["run_args"]["logrows"]
    result["logrows"] = logrows
    step("compile", lambda: ezkl.compile_circuit(model, at["model.compiled"], at["settings.json"]))
    step("reference_string", lambda: ezkl.gen_srs(at["srs"], logrows))
    step("setup", lambda: ezkl.setup(at["model.compiled"], at["vk"], at["pk"], at["srs"]))
    step("witness", lambda: ezkl.gen_witness(at["data.json"], at["model.compiled"], at["witness.json"], at["vk"],
                                             at["srs"]))
    step("prove", lambda: ezkl.prove(at["witness.json"], at["model.compiled"], at["pk"], at["proof.json"], at["srs"]))
    step("verify", lambda: ezkl.verify(at["proof.json"], at["settings.json"], at["vk"], at["srs"]))
    proof = json.loads(Path(at["proof.json"]).read_text())["proof"]
    result["proof_bytes"] = len(proof) if isinstance(proof, list) else len(proof.removeprefix("0x")) // 2
    result["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for name in ("srs", "pk", "vk", "witness.json"):
        Path(at[name]).unlink(missing_ok=True)
    print(json.dumps(result))


main()
