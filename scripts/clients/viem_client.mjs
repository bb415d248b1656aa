// Calls a node as a dApp does: requests signed by a key of viem (EIP-712), JSON-RPC, and that what is forged or repeated is refused.
// Usage: viem_client.mjs URL DEV_KEY; the node is `candor serve --dev` with mnist-mlp. Exits 0 if every check holds.
import { keccak256, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { randomBytes } from 'node:crypto'

const [url, key] = process.argv.slice(2)
const account = privateKeyToAccount(key)
let checks = 0
const check = (holds, what) => { checks++; if (!holds) { console.error(`FAILED: ${what}`); process.exit(1) } }

const network = '0x' + (await (await fetch(`${url}/health`)).json()).network

async function signed(method, target, body, change = {}) {
  const bytes = new TextEncoder().encode(body)
  const message = { method, target, body: keccak256(bytes), nonce: toHex(randomBytes(32)), deadline: BigInt(Math.floor(Date.now() / 1000) + 60), ...change.message }
  const signature = await account.signTypedData({
    domain: { name: 'Candor', version: '1', salt: network, ...change.domain },
    types: { CandorRequest: [
      { name: 'method', type: 'string' }, { name: 'target', type: 'string' }, { name: 'body', type: 'bytes32' },
      { name: 'nonce', type: 'bytes32' }, { name: 'deadline', type: 'uint64' }] },
    primaryType: 'CandorRequest',
    message
  })
  return { method, body, headers: {
    'content-type': 'application/json', 'candor-signer': account.address.toLowerCase(), 'candor-signature-scheme': 'eip-712',
    'candor-signature': signature, 'candor-nonce': message.nonce, 'candor-deadline': String(message.deadline) } }
}

const request = { inputs: [{ name: 'image', shape: [1, 784], datatype: 'FP32', data: Array(784).fill(0.5) }] }
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'candor_infer', params: { model: 'mnist-mlp', request } })

const call = await signed('POST', '/rpc', body)
const answer = await (await fetch(`${url}/rpc`, call)).json()
check(answer.result?.outputs?.[0]?.data?.length === 10, `an answer: ${JSON.stringify(answer).slice(0, 200)}`)
const id = answer.result.parameters.candor_request_id

const again = await fetch(`${url}/rpc`, call)
check(again.status === 401 && (await again.json()).error.includes('nonce was used already'), 'the same request again')
const forged = await fetch(`${url}/rpc`, { ...call, body: body.replace('0.5', '0.6') })
check(forged.status === 401 && (await forged.json()).error.includes('did not sign this'), 'another body')
const foreign = await fetch(`${url}/rpc`, await signed('POST', '/rpc', body, { domain: { salt: '0x' + '11'.repeat(32) } }))
check(foreign.status === 401, 'another network')
const late = await fetch(`${url}/rpc`, await signed('POST', '/rpc', body, { message: { deadline: 1n } }))
check(late.status === 401 && (await late.json()).error.includes('deadline has passed'), 'a deadline in the past')

const ask = async (method, params) => (await (await fetch(`${url}/rpc`, await signed('POST', '/rpc', JSON.stringify({ jsonrpc: '2.0', id: 2, method, params })))).json())
const receipt = await ask('candor_receipt', { request_id: id, explain: true })
check(receipt.result?.says?.leaf?.request_id === id, 'the receipt of its own request')
// The head of the ledger over WebSocket, until the receipt is in a block.
const socket = new WebSocket(`${url.replace('http', 'ws')}/rpc/ws`)
const told = await new Promise((resolve, reject) => {
  const limit = setTimeout(() => reject(new Error('no block within 30 s')), 30_000)
  socket.onopen = () => socket.send(JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'candor_subscribe', params: ['heads'] }))
  socket.onmessage = event => {
    const message = JSON.parse(event.data)
    if (message.method === 'candor_subscription' && message.params.result.answers > 0) { clearTimeout(limit); resolve(message.params.result) }
  }
  socket.onerror = reject
})
check(told.height > 0, 'a head of the ledger')
socket.close()
console.log(`viem: ${checks} checks hold; block ${told.height} has ${told.answers} answers`)
