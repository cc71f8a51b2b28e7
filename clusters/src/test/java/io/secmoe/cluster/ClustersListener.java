// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Ends the clusters with the run of the tests; should this JVM be killed, they end because their
 * standard input is closed.
 */
public final class ClustersListener implements LauncherSessionListener {
  @Override
  public void launcherSessionClosed(LauncherSession session) {
    Clusters.stop();
  }
}
