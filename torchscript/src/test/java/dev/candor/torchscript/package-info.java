@NullMarked
package dev.candor.torchscript;

import org.jspecify.annotations.NullMarked;
