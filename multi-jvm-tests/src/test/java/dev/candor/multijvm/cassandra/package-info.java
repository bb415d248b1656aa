@NullMarked
package dev.candor.multijvm.cassandra;

import org.jspecify.annotations.NullMarked;
