// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;

/** Runs the tests of {@link ProtocolTest} with silent OT, whose extensions go the other way. */
class SilentProtocolTest extends ProtocolTest {
  @Override
  Profile profile() {
    return Profile.DEFAULT.with(OtExtension.SILENT);
  }
}
