package dev.candor.actors.inference;

import dev.candor.actors.model.ModelRef;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import java.util.List;

/**
 * What a caller gets: outputs, the receipt over them and the salt that opens its digests. Front ends render it deterministically, so the same answer
 * always becomes the same bytes.
 *
 * @param id the server's request id
 * @param model what ran
 * @param outputs in the order wanted
 * @param salt 16 bytes
 * @param receipt canonical bytes, see {@code docs/receipt.md}
 */
public record Answer(RequestId id, ModelRef model, List<Tensor> outputs, Bytes salt, Bytes receipt) {}
