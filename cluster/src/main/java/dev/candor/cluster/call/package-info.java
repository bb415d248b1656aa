/** What a call says about itself, whichever protocol it came by. */
@NullMarked
package dev.candor.cluster.call;

import org.jspecify.annotations.NullMarked;
