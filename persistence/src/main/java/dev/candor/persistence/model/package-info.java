/** Models as the cluster knows them: versions, aliases, what is enabled. Never on the path of a request: nodes read a local view. */
@NullMarked
package dev.candor.persistence.model;

import org.jspecify.annotations.NullMarked;
