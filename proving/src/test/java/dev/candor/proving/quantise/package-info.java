@NullMarked
package dev.candor.proving.quantise;

import org.jspecify.annotations.NullMarked;
