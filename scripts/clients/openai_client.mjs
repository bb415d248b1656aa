// The npm package `openai`, unmodified, against a node: node openai_client.mjs URL. One line a check; what fails throws.
import assert from 'node:assert'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
const require = createRequire(process.cwd() + '/')
const { default: OpenAI, NotFoundError, BadRequestError, RateLimitError } = require('openai')
const { version } = JSON.parse(readFileSync('node_modules/openai/package.json', 'utf8'))

const client = new OpenAI({ baseURL: process.argv[2] + '/v1', apiKey: 'none', maxRetries: 20 })
const chat = { model: 'candor-tiny', messages: [{ role: 'user', content: 'What is the capital of Italy?' }], temperature: 0, max_tokens: 40 }
const row = (what, how) => console.log(`npm openai ${version.padEnd(13)} ${what.padEnd(34)} ${how}`)

const listed = (await client.models.list()).data.map(model => model.id).sort()
assert(listed.includes('candor-tiny') && listed.includes('candor-embed'))
row('models', listed.join(', '))

const answer = await client.chat.completions.create(chat)
assert.equal(answer.choices[0].finish_reason, 'stop')
assert(Buffer.from(answer.candor.receipt, 'base64').length > 300)
row('chat', JSON.stringify(answer.choices[0].message.content))

let text = '', receipts = 0, usage
for await (const event of await client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } })) {
    usage = event.usage ?? usage
    text += event.choices[0]?.delta.content ?? ''
    receipts += event.candor?.receipted ? 1 : 0
}
assert.equal(text, answer.choices[0].message.content)
assert.equal(receipts, 1)
assert.deepEqual(usage, answer.usage)
row('chat, streamed, with usage', `the same text, receipt in the last event, ${usage.total_tokens} tokens`)

const helper = await client.chat.completions.stream({ ...chat, stream: true }).finalContent()
assert.equal(helper, text)
row('chat, streamed, by its helper', 'the same text')

const controller = new AbortController()
const events = await client.chat.completions.create({ ...chat, max_tokens: 400, temperature: 1, stream: true }, { signal: controller.signal })
for await (const _ of events) controller.abort()
row('chat, stream left by the client', 'aborted')

const vectors = (await client.embeddings.create({ model: 'candor-embed', input: ['one text', 'another text'] })).data
assert.equal(vectors.length, 2)
assert(Math.abs(vectors[0].embedding.reduce((sum, x) => sum + x * x, 0) - 1) < 1e-4)
row('embeddings', `${vectors.length} of ${vectors[0].embedding.length}`)

await assert.rejects(client.chat.completions.create({ ...chat, model: 'gpt-4o' }), e => e instanceof NotFoundError && e.code === 'model_not_found' && e.message.includes('candor-tiny'))
row('unknown model', 'NotFoundError model_not_found, with the list')
await assert.rejects(client.chat.completions.create({ ...chat, logprobs: true }), e => e instanceof BadRequestError && e.param === 'logprobs')
row('what is not served (logprobs)', 'BadRequestError unsupported_parameter, param logprobs')

const long = seed => ({ ...chat, temperature: 1, seed, max_tokens: 200, messages: [{ role: 'user', content: 'Tell me about modules.' }] })
const seeds = [...Array(12).keys()]
let refused = 0
await Promise.all(seeds.map(seed => client.chat.completions.create(long(seed), { maxRetries: 0 }).catch(e => {
    assert(e instanceof RateLimitError && e.code === 'queue_full' && Number(e.headers.get('retry-after')) >= 1, String(e))
    refused++
})))
assert(refused > 0)
const all = await Promise.all(seeds.map(seed => client.chat.completions.create(long(seed))))
assert.equal(all.length, 12)
row('retry on 429', `${refused} refusals with Retry-After, then all 12 answers`)
