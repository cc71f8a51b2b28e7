// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import io.secmoe.bench.cases.Case;
import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.channel.FrameTransport;
import io.secmoe.channel.FramedChannel;
import io.secmoe.flight.Admission;
import io.secmoe.flight.Limits;
import io.secmoe.flight.PartyServer;
import io.secmoe.flight.PartyService;
import io.secmoe.flight.TicketRequest;
import io.secmoe.flight.tls.Peer;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The benchmark's server process: serves one case once. Prints its address and fingerprint, then,
 * at the end, its figures as JSON.
 */
final class BenchServer implements PartyService {
  static final String FLAG = "--serve";

  private final Case measured;
  private final BufferAllocator allocator;
  private final CompletableFuture<CaseFigures> figures = new CompletableFuture<>();

  private BenchServer(Case measured, BufferAllocator allocator) {
    this.measured = measured;
    this.allocator = allocator;
  }

  /** Arguments: the flag, four paths of {@link TlsFiles}, the case's text. */
  static void play(String[] args) throws Exception {
    TlsIdentity identity =
        TlsIdentity.load(
            new TlsFiles(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), Path.of(args[4])));
    Case measured = Case.of(Arguments.parse(args[5]).get(0));
    try (BufferAllocator allocator = new RootAllocator()) {
      BenchServer service = new BenchServer(measured, allocator);
      try (PartyServer server =
          PartyServer.start(
              new PartyServer.Listen("127.0.0.1", 0, 0, "127.0.0.1"),
              identity,
              service,
              allocator,
              Limits.DEFAULT)) {
        System.out.println(server.endpoint().address() + " " + server.endpoint().fingerprint());
        CaseFigures result = service.figures.get();
        System.out.println(Bench.JSON.writeValueAsString(result));
      }
    }
  }

  @Override
  public byte[] describe(Peer peer) {
    return new byte[0];
  }

  @Override
  public Admission admit(Peer peer, TicketRequest request, Duration wait) {
    throw new UnsupportedOperationException("a benchmark has one conversation and no queue");
  }

  @Override
  public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
    try (FramedChannel channel = new FramedChannel(transport, allocator)) {
      channel.meter().enter(CaseFigures.SETUP, CaseFigures.SETUP);
      try (ServerParty party =
          ServerParty.open(channel, arena(), measured.profile(), CaseFigures.threads())) {
        figures.complete(measured.server(party));
      }
    } catch (Throwable e) {
      figures.completeExceptionally(e);
      throw e;
    }
  }

  private Arena arena() {
    return new Arena(allocator.newChildAllocator("attempt", 0, Long.MAX_VALUE));
  }
}
