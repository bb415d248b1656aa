package dev.candor.proving.format;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.OpenedColumns;
import dev.candor.proving.constraint.BranchPlan;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.merkle.MerkleTree;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * A proof as bytes:
 *
 * <pre>
 * "candor-proof" 0x00, u16 version 1
 * root 0                                     32 bytes
 * messages of each branch, in order          elements of K
 * product openings                           elements of K
 * v, q                                       k and k + l elements of K
 * nonce                                      u64
 * for each root: Q columns of its rows       elements of F
 *                Q salts                     16 bytes each
 *                u32 count, path             32 bytes each
 * </pre>
 *
 * <p>All sizes but those of the paths follow from the statement and are not in the file, so a proof is decoded under its plan. The proof
 * holds no root but its own and no public value: whoever verifies has them from elsewhere.
 */
public final class ProofFile {

    private static final String MAGIC = "candor-proof";
    private static final int VERSION = 1;

    private ProofFile() {}

    public static byte[] encode(Proof proof) {
        ByteWriter out = new ByteWriter(MAGIC, VERSION).digest(proof.root());
        proof.messages().forEach(out::extensions);
        out.extensions(proof.openings());
        out.extensions(proof.proximity()).extensions(proof.linear());
        out.u64(proof.nonce());
        for (OpenedColumns columns : proof.columns()) {
            out.elements(columns.columns()).bytes(columns.salts());
            out.u32(columns.path().size());
            columns.path().forEach(out::digest);
        }
        return out.toBytes();
    }

    /** The proof in {@code bytes}, with exactly the sizes of the plan. */
    public static Proof decode(ProofPlan plan, byte[] bytes) throws MalformedFileException {
        Field field = plan.field();
        CodeParameters p = plan.parameters();
        ByteReader in = new ByteReader(MAGIC, VERSION, bytes);
        Digest root = in.digest();
        List<ExtensionVector> messages = new ArrayList<>();
        for (BranchPlan branch : plan.branches()) {
            messages.add(in.extensions(field, branch.messages()));
        }
        ExtensionVector openings = in.extensions(field, plan.openings());
        ExtensionVector proximity = in.extensions(field, p.dimension());
        ExtensionVector linear = in.extensions(field, p.linearDimension());
        long nonce = in.u64();
        int longestPath = p.queries() * Integer.numberOfTrailingZeros(p.length());
        List<OpenedColumns> columns = new ArrayList<>();
        for (int rows : plan.rows()) {
            long[] cells = in.elements(field, (long) rows * p.queries());
            byte[] salts = in.bytes(p.queries() * MerkleTree.SALT_BYTES);
            int count = in.u32(longestPath);
            List<Digest> path = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                path.add(in.digest());
            }
            columns.add(new OpenedColumns(rows, cells, salts, path));
        }
        in.end();
        return new Proof(root, messages, openings, proximity, linear, nonce, columns);
    }
}
