/** Lets nothing reach libtorch that was not inspected: its own loader trusts what a file says of itself. */
@NullMarked
package dev.candor.gpuconfig.torchscript;

import org.jspecify.annotations.NullMarked;
