// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServerWaitTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final List<Code> heard = new ArrayList<>();

  private ServerWait wait(Duration limit, Code... away) {
    return new ServerWait(
        limit, Set.of(away), () -> {}, (since, reason) -> heard.add(reason.code()));
  }

  private static ServiceException failure(Code code) {
    return new ServiceException(code, "because");
  }

  /** Returns a call that fails in turn with these errors, then answers. */
  private static Supplier<String> server(RuntimeException... failures) {
    ArrayDeque<RuntimeException> left = new ArrayDeque<>(Arrays.asList(failures));
    return () -> {
      if (!left.isEmpty()) {
        throw left.poll();
      }
      return "answer";
    };
  }

  @Test
  void aServerThatComesBackAnswers() {
    ServerWait wait = wait(LONG, Code.SHUTTING_DOWN, Code.UNREACHABLE);
    assertEquals(
        "answer",
        wait.during(
            server(
                failure(Code.SHUTTING_DOWN),
                failure(Code.UNREACHABLE),
                failure(Code.UNREACHABLE))));
    assertEquals(List.of(Code.SHUTTING_DOWN, Code.UNREACHABLE, Code.UNREACHABLE), heard);
  }

  @Test
  void refusalsAndForeignCertificatesEndTheWaitAtOnce() {
    ServerWait wait = wait(LONG, Code.UNREACHABLE);
    for (RuntimeException last :
        List.of(
            failure(Code.REFUSED),
            failure(Code.BUSY),
            new IllegalStateException("a foreign certificate"))) {
      assertSame(
          last,
          assertThrows(
              RuntimeException.class, () -> wait.during(server(failure(Code.UNREACHABLE), last))));
    }
    assertEquals(3, heard.size());
  }

  @Test
  void aServerThatStaysAwayIsGivenUp() {
    ServerWait wait = wait(Duration.ofMillis(700), Code.UNREACHABLE);
    ServiceException last = failure(Code.UNREACHABLE);
    assertSame(
        last,
        assertThrows(
            ServiceException.class,
            () ->
                wait.during(
                    () -> {
                      throw last;
                    })));
    assertTrue(!heard.isEmpty());
    assertThrows(
        ServiceException.class,
        () -> wait(Duration.ZERO, Code.UNREACHABLE).during(server(failure(Code.UNREACHABLE))));
  }

  @Test
  void aServerOutOfReachIsAwayOnceItHasAnswered() {
    ServerWait wait = wait(LONG, Code.SHUTTING_DOWN);
    assertThrows(ServiceException.class, () -> wait.during(server(failure(Code.UNREACHABLE))));
    wait.also(Code.UNREACHABLE);
    assertEquals("answer", wait.during(server(failure(Code.UNREACHABLE))));
  }

  @Test
  void aCheckThatThrowsEndsTheWait() {
    ServerWait wait =
        new ServerWait(
            LONG,
            Set.of(Code.UNREACHABLE),
            () -> {
              throw new IllegalStateException("killed");
            },
            (since, reason) -> {});
    assertThrows(IllegalStateException.class, () -> wait.during(server(failure(Code.UNREACHABLE))));
  }
}
