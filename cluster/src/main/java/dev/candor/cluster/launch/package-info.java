/** Node processes as seen from outside: started, waited for, ended. */
@NullMarked
package dev.candor.cluster.launch;

import org.jspecify.annotations.NullMarked;
