// SPDX-License-Identifier: Apache-2.0
package io.secmoe.testing;

import io.secmoe.channel.Channel;
import io.secmoe.channel.Meter;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Both parties of an attempt in one JVM, one thread each, over either channel. Real keys, real OTs:
 * only the process boundary is missing. Closing checks that nothing off-heap is left.
 */
public final class TwoParties implements AutoCloseable {
  /** The results of both roles. */
  public record Outcome<C, S>(C client, S server) {}

  private final BufferAllocator allocator = new RootAllocator();
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final Link.Pair link;
  private final ClientParty client;
  private final ServerParty server;

  public TwoParties(Link kind) {
    this(kind, Profile.DEFAULT);
  }

  public TwoParties(Link kind, Profile profile) {
    link = kind.open(allocator);
    CompletableFuture<ServerParty> opening =
        CompletableFuture.supplyAsync(
            () -> ServerParty.open(link.server(), arena("server"), profile, 1), threads);
    client = ClientParty.open(link.client(), arena("client"), profile, 1);
    server = opening.join();
  }

  private Arena arena(String name) {
    return new Arena(allocator.newChildAllocator(name, 0, Long.MAX_VALUE));
  }

  public ClientParty client() {
    return client;
  }

  public ServerParty server() {
    return server;
  }

  /** Runs both roles at once; a failure of one aborts the other and is thrown. */
  public <C, S> Outcome<C, S> run(
      Function<ClientParty, C> clientRole, Function<ServerParty, S> serverRole) {
    CompletableFuture<S> serving =
        CompletableFuture.supplyAsync(
            () -> guarded(link.server(), () -> serverRole.apply(server)), threads);
    CompletableFuture<C> asking =
        CompletableFuture.supplyAsync(
            () -> guarded(link.client(), () -> clientRole.apply(client)), threads);
    try {
      return new Outcome<>(asking.get(10, TimeUnit.MINUTES), serving.get(1, TimeUnit.MINUTES));
    } catch (ExecutionException e) {
      serving
          .exceptionally(
              x -> {
                e.addSuppressed(x);
                return null;
              })
          .join();
      throw new AssertionError(e.getCause());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T guarded(Channel channel, java.util.function.Supplier<T> role) {
    try {
      return role.get();
    } catch (RuntimeException | Error e) {
      channel.abort("the other role failed");
      throw e;
    }
  }

  /**
   * Returns bytes and rounds so far, as the client's meter saw them: "sent/received/rounds" per
   * phase.
   */
  public List<String> transcript() {
    List<String> lines = new ArrayList<>();
    for (Meter.Entry e : client.channel().meter().entries()) {
      if (e.all().sent() + e.all().received() > 0) {
        lines.add(
            e.layer()
                + " "
                + e.step()
                + " "
                + e.all().sent()
                + " "
                + e.all().received()
                + " "
                + e.all().rounds());
      }
    }
    return lines;
  }

  @Override
  public void close() {
    int left = client.arena().liveBuffers() + server.arena().liveBuffers();
    client.close();
    server.close();
    link.close();
    threads.shutdownNow();
    allocator.close();
    if (left != 0) {
      throw new AssertionError(left + " buffers were not given back");
    }
  }
}
