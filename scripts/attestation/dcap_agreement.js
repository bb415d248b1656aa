// Judges each line of a file of DCAP evidence with @phala/dcap-qvl and compares that with what the line says our verifier said.
const fs = require('fs');
const { QuoteVerifier } = require('@phala/dcap-qvl');

// Rules that ours has and the other has not. It looks serial numbers up in revocation lists without asking who signed them or when,
// knows no identities of TDX modules, and reads PEM, DER and JSON leniently.
const STRICTER = new Set(['CRL_SIGNATURE', 'CRL_VALIDITY', 'CRL_PRESENT', 'TDX_MODULE', 'CHAIN_AUTHORITY', 'CHAIN_ISSUER', 'WELL_FORMED']);

const lines = fs.readFileSync(process.argv[2], 'utf8').split('\n').filter((line) => line.length > 0);
const counts = {};
const stricter = {};
const wrong = [];
lines.forEach((line, index) => {
    const { made, ours, time, quote, root, collateral } = JSON.parse(line);
    let theirs = 'accepted';
    try {
        QuoteVerifier.newWithRootCa(Buffer.from(root, 'hex')).verify(Buffer.from(quote, 'hex'), collateral, time);
    } catch (e) {
        theirs = e.message;
    }
    const kind =
        (ours === 'accepted') === (theirs === 'accepted') ? (ours === 'accepted' ? 'both accept' : 'both refuse')
        : ours === 'accepted' ? 'only ours accepts'
        : 'only the other accepts';
    counts[`${made}: ${kind}`] = (counts[`${made}: ${kind}`] || 0) + 1;
    if (kind === 'only the other accepts') stricter[ours] = (stricter[ours] || 0) + 1;
    if (kind === 'only ours accepts' || (kind === 'only the other accepts' && !STRICTER.has(ours))) {
        wrong.push(`line ${index + 1}: ours ${ours}, the other ${theirs}`);
    }
});
Object.keys(counts).sort().forEach((each) => console.log(`${String(counts[each]).padStart(6)} ${each}`));
console.log(`of those that only the other accepts, ours refuses by ${JSON.stringify(stricter)}`);
wrong.slice(0, 20).forEach((each) => console.log(each));
console.log(`${lines.length} compared, ${wrong.length} without a known reason to differ`);
process.exit(wrong.length === 0 ? 0 : 1);
