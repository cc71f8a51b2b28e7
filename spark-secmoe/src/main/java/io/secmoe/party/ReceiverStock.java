// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.jni.Native;

/**
 * The receiver's half of a stock of correlated OTs: random choices c_j and T_j. It writes the
 * messages of SoftSpoken extension.
 */
public final class ReceiverStock extends OtStock {
  ReceiverStock(Party party) {
    super(
        party,
        Native.otReceiver(party.profile().ot().kind),
        party.profile().ot() != OtExtension.SILENT);
  }
}
