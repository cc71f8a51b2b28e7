// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import io.secmoe.bench.cases.Case;
import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.channel.FramedChannel;
import io.secmoe.flight.Admission;
import io.secmoe.flight.Limits;
import io.secmoe.flight.PartyClient;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.party.ClientParty;
import io.secmoe.ring.Arena;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The benchmark's client process: has one case's conversation with a server process over Flight and
 * prints its figures as JSON.
 */
final class BenchClient {
  static final String FLAG = "--ask";

  private BenchClient() {}

  /**
   * Arguments: the flag, four paths of {@link TlsFiles}, the server's address, its fingerprint, the
   * case's text.
   */
  static void play(String[] args) throws Exception {
    TlsIdentity identity =
        TlsIdentity.load(
            new TlsFiles(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), Path.of(args[4])));
    Case measured = Case.of(Arguments.parse(args[7]).get(0));
    System.out.println(
        Bench.JSON.writeValueAsString(
            converse(Endpoint.parse(args[5], args[6]), identity, measured)));
  }

  private static CaseFigures converse(Endpoint endpoint, TlsIdentity identity, Case measured) {
    try (BufferAllocator allocator = new RootAllocator();
        PartyClient connection = new PartyClient(endpoint, identity, allocator, Limits.DEFAULT);
        FramedChannel channel =
            new FramedChannel(
                connection.converse(new Admission.Granted(new byte[] {1}, endpoint, 1)),
                allocator)) {
      channel.meter().enter(CaseFigures.SETUP, CaseFigures.SETUP);
      Arena arena = new Arena(allocator.newChildAllocator("attempt", 0, Long.MAX_VALUE));
      try (ClientParty party =
          ClientParty.open(channel, arena, measured.profile(), CaseFigures.threads())) {
        return measured.client(party);
      }
    }
  }
}
