@NullMarked
package dev.candor.multijvmtests.cassandra;

import org.jspecify.annotations.NullMarked;
