// OpenGradient's TypeScript SDK, unmodified, against a node: opengradient_ts_client.mjs BUILT_SDK URL KEY MODEL. Prints a line a call; exit status 1 where one is not as expected.
import { createRequire } from "node:module";
import path from "node:path";

const [sdk, url, privateKey, model] = process.argv.slice(2);
const { Client } = createRequire(import.meta.url)(path.resolve(sdk));
const messages = [{ role: "user", content: "Hello!" }];
const tools = [{ type: "function", function: { name: "weather", description: "Tells the weather", parameters: { type: "object", properties: { city: { type: "string" } } } } }];
const client = new Client({ privateKey, llmServerUrl: url });
let failed = 0;
let calls = 0;

async function row(call, wanted, run) {
    let seen;
    try {
        seen = await run();
    } catch (failure) {
        seen = `refused: ${failure.message}`;
    }
    const holds = wanted === "works" ? !seen.startsWith("refused") && !seen.startsWith("lacks") : seen.includes(wanted);
    calls++;
    if (!holds) failed++;
    console.log(`${call.padEnd(43)} ${(wanted === "works" ? wanted : "refused: " + wanted).padEnd(37)} ${holds ? "yes" : "NO "}  ${seen.slice(0, 110).replaceAll("\n", " ")}`);
}

/** What is missing of an answer, or what there is. */
const signed = (answer, text) => (typeof text === "string" && answer.teeSignature && answer.teeTimestamp ? `signed, ${text.length} characters` : `lacks something: ${JSON.stringify(answer)}`);

await row("TypeScript chat", "works", async () => {
    const answer = await client.llm.chat({ model, messages, maxTokens: 8 });
    return answer.finishReason && answer.usage?.completion_tokens > 0 ? signed(answer, answer.chatOutput?.content) : `lacks a finish or usage: ${JSON.stringify(answer)}`;
});
await row("TypeScript completion", "works", async () => {
    const answer = await client.llm.completion({ model, prompt: "It's", maxTokens: 8 });
    return signed(answer, answer.completionOutput);
});
await row("TypeScript chat, streamed", "works", async () => {
    let chunks = 0;
    let last;
    for await (const chunk of client.llm.chat({ model, messages, maxTokens: 8, stream: true })) {
        chunks++;
        last = chunk;
    }
    return last?.isFinal && last.teeSignature && last.usage ? `${chunks} chunks, the last is signed` : `lacks an end: ${JSON.stringify(last)}`;
});
await row("TypeScript chat, tools", "works", async () => {
    const answer = await client.llm.chat({ model, messages, maxTokens: 8, tools, toolChoice: "auto" });
    return signed(answer, answer.chatOutput?.content ?? "");
});
await row("TypeScript, a model that is not there", "404", async () => {
    const answer = await client.llm.chat({ model: "candor/nobody", messages, maxTokens: 8 });
    return JSON.stringify(answer);
});
await client.close();
console.log(`opengradient-sdk: ${calls - failed} of ${calls} as expected`);
process.exit(failed ? 1 : 0);
