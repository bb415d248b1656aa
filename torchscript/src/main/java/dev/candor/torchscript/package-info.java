/**
 * Reads TorchScript files before libtorch may. libtorch's own loader trusts what a file says of itself (sizes of storages, strides of
 * tensors, classes of objects), and the code in a file may open other files; so nothing reaches it that was not inspected here.
 */
@NullMarked
package dev.candor.torchscript;

import org.jspecify.annotations.NullMarked;
