@NullMarked
package dev.candor.proving.network;

import org.jspecify.annotations.NullMarked;
