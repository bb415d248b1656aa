// Drives a node with @grpc/grpc-js over the published interface.
// Usage: node grpc_js_client.mjs HOST:PORT PROTO_FOLDER
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

// The packages are where the caller installed them, not beside this file.
const require = createRequire(path.join(process.cwd(), 'package.json'));
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, protos] = process.argv.slice(2);
const definition = loader.loadSync(path.join(protos, 'grpc_service.proto'), { includeDirs: [protos], longs: Number });
const { GRPCInferenceService } = grpc.loadPackageDefinition(definition).inference;
const client = new GRPCInferenceService(address, grpc.credentials.createInsecure());
const call = (name) => promisify(client[name].bind(client));

assert.equal((await call('ServerReady')({})).ready, true);
assert.equal((await call('ModelReady')({ name: 'mnist-mlp' })).ready, true);

const image = Float32Array.from({ length: 784 }, (_, i) => (i % 28) / 28);
const input = { name: 'image', datatype: 'FP32', shape: [1, 784] };
const raw = await call('ModelInfer')({ modelName: 'mnist-mlp', inputs: [input], rawInputContents: [Buffer.from(image.buffer)] });
const typed = await call('ModelInfer')({ modelName: 'mnist-mlp', inputs: [{ ...input, contents: { fp32Contents: [...image] } }] });
assert.equal(raw.rawOutputContents[0].length, 40);
assert.deepEqual(raw.rawOutputContents, typed.rawOutputContents);
assert.ok(raw.parameters.candor_receipt.stringParam.length > 300);

const refusal = await call('ModelInfer')({ modelName: 'nothing' }).then(() => assert.fail('served'), (error) => error);
assert.equal(refusal.code, grpc.status.NOT_FOUND);
assert.equal(refusal.metadata.get('candor-code')[0], 'MODEL_NOT_FOUND');
client.close();
console.log('@grpc/grpc-js: 7 checks hold');
