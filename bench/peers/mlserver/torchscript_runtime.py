"""MLServer's way to serve a TorchScript file: a runtime of some lines, as its documentation tells to write one."""

import os

import torch
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class TorchScript(MLModel):
    async def load(self) -> bool:
        torch.set_num_threads(int(os.environ["TORCH_THREADS"]))
        self._module = torch.jit.load(self.settings.parameters.uri).eval()
        self._output = self.settings.parameters.extra["output"]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        rows = torch.from_numpy(NumpyCodec.decode_input(payload.inputs[0]))
        with torch.inference_mode():
            answer = self._module(rows).numpy()
        return InferenceResponse(
            model_name=self.name,
            outputs=[NumpyCodec.encode_output(self._output, answer)],
        )
