@NullMarked
package dev.candor.proving.graph;

import org.jspecify.annotations.NullMarked;
