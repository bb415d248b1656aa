/** The node starts on exactly the libraries that are shipped. */
@NullMarked
package dev.candor.cluster.startup;

import org.jspecify.annotations.NullMarked;
