// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.jni.Native;

/**
 * The sender's half of a stock of correlated OTs: Q_j = T_j ⊕ c_j·Δ. It writes the messages of
 * silent extension.
 */
public final class SenderStock extends OtStock {
  SenderStock(Party party) {
    super(
        party,
        Native.otSender(party.profile().ot().kind),
        party.profile().ot() == OtExtension.SILENT);
  }
}
