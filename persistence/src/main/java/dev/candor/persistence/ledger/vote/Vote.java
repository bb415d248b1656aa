package dev.candor.persistence.ledger.vote;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * All that a validator ever signs. An honest one signs one vote a kind, height and round, so two different ones convict.
 *
 * <p>Signed: {@code "candor-vote-v1" NUL | 32 chain | u8 kind | i64 height | u32 round | 32 block | u32 preparedRound + 1}.
 *
 * @param kind what it means
 * @param height of the block voted on
 * @param round of that height, from 0; for a round change the one to go to
 * @param block hash of the block; for a round change of the prepared one, zero where none is
 * @param preparedRound for a round change the round in which that block was prepared; -1 where none was, and in other votes
 */
public record Vote(Kind kind, long height, int round, Digest block, int preparedRound) {
    /** The highest round of a height: time-outs double, so nobody ever gets there. */
    public static final int MAX_ROUND = 1_000_000;

    private static final Bytes DOMAIN = Bytes.wrap("candor-vote-v1\0".getBytes(StandardCharsets.US_ASCII));

    /** What a vote means; {@code code} is its byte. */
    public enum Kind {
        /** Proposes the block. */
        PROPOSAL(0),
        /** Holds the block for valid and the proposal for justified. */
        PREPARE(1),
        /** Has seen a quorum prepare the block; signatures of this kind make a certificate. */
        COMMIT(2),
        /** Gives up the rounds before this one. */
        ROUND_CHANGE(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** Refuses votes that mean nothing. */
    public Vote {
        boolean prepared = preparedRound >= 0;
        if (height < 1
                || round < 0
                || round > MAX_ROUND
                || preparedRound < -1
                || (prepared && (kind != Kind.ROUND_CHANGE || preparedRound >= round))
                || (kind == Kind.ROUND_CHANGE && (round == 0 || prepared == block.equals(Digest.ZERO)))) {
            throw new IllegalArgumentException("no vote is a " + kind + " of height " + height + ", round " + round
                    + ", block " + block + ", prepared in round " + preparedRound);
        }
    }

    /** A vote that is no round change. */
    public static Vote on(Kind kind, long height, int round, Digest block) {
        return new Vote(kind, height, round, block, -1);
    }

    /** Whether an honest validator signs at most one of both. */
    public boolean rivals(Vote other) {
        return kind == other.kind && height == other.height && round == other.round && !equals(other);
    }

    /** What is signed, on the chain that began with this genesis. */
    public Bytes signedBytes(Digest chain) {
        CanonicalWriter out = new CanonicalWriter(128).raw(DOMAIN).digest(chain);
        write(out);
        return out.toBytes();
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        out.u8(kind.code).i64(height).u32(round).digest(block).u32(preparedRound + 1);
    }

    /** Reads {@link #write}'s form. */
    public static Vote read(CanonicalReader in) {
        int code = in.u8("kind of the vote");
        Kind kind = Arrays.stream(Kind.values())
                .filter(each -> each.code == code)
                .findFirst()
                .orElseThrow(() -> new MalformedBytesException("there is no vote of kind " + code));
        try {
            return new Vote(kind, in.i64("height"), in.u32("round"), in.digest("block"), in.u32("prepared round") - 1);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException(String.valueOf(e.getMessage()));
        }
    }
}
