// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The values that one side assumes before it uses a key. The two sides compare their bindings in
 * the {@link Handshake}. All values are public.
 *
 * @param role this side's role
 * @param ownFingerprint SHA-256 of this side's certificate, 64 hexadecimal digits
 * @param peerFingerprint SHA-256 of the certificate that the peer showed in TLS
 * @param modelDigest the model's identity
 * @param profile cryptographic parameters
 * @param codeVersion version of the jar and of the native library
 * @param attempt the batch and the try at it
 * @param strategy how sparse layers hide the expert
 */
public record Binding(
    Role role,
    String ownFingerprint,
    String peerFingerprint,
    String modelDigest,
    Profile profile,
    String codeVersion,
    Attempt attempt,
    String strategy) {
  /** The role of a party in a conversation. */
  public enum Role {
    /** Holds the tokens. */
    CLIENT,
    /** Holds the model. */
    SERVER;

    Role other() {
      return this == CLIENT ? SERVER : CLIENT;
    }
  }

  /** Returns the parameters as one line. Two lines are equal exactly if the parameters are. */
  public static String text(Profile profile) {
    String primes =
        profile.primeBits().stream().map(String::valueOf).collect(Collectors.joining(","));
    return "primes="
        + primes
        + " t="
        + profile.t().value()
        + " ot="
        + profile.ot().label()
        + " otMemory="
        + profile.otMemory()
        + " comparison="
        + profile.comparison().label();
  }

  /** Returns the values that this side sends, by name, in the order in which they are checked. */
  Map<String, String> says() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(Field.ROLE.label, role.name());
    fields.put(Field.OWN_FINGERPRINT.label, ownFingerprint);
    fields.put(Field.PEER_FINGERPRINT.label, peerFingerprint);
    fields.put(Field.CODE_VERSION.label, codeVersion);
    fields.put(Field.MODEL_DIGEST.label, modelDigest);
    fields.put(Field.PROFILE.label, text(profile));
    fields.put(Field.STRATEGY.label, strategy);
    fields.put(Field.SESSION.label, attempt.session().toString());
    fields.put(Field.RUN.label, attempt.run().toString());
    fields.put(Field.PARTITION.label, Integer.toString(attempt.partition()));
    fields.put(Field.BATCH.label, Integer.toString(attempt.batch()));
    fields.put(Field.EPOCH.label, Long.toString(attempt.epoch()));
    fields.put(Field.ROWS.label, Integer.toString(attempt.rows()));
    fields.put(Field.LENGTH.label, Integer.toString(attempt.length()));
    return Collections.unmodifiableMap(fields);
  }

  /**
   * Returns the values that this side expects from the peer. They differ from its own in the role,
   * and the two fingerprints change places.
   */
  Map<String, String> expects() {
    return new Binding(
            role.other(),
            peerFingerprint,
            ownFingerprint,
            modelDigest,
            profile,
            codeVersion,
            attempt,
            strategy)
        .says();
  }

  /** Names of the fields, and the remedy if they differ. */
  enum Field {
    ROLE(
        "role",
        "two clients or two servers cannot talk: check the address that the client connects to"),
    OWN_FINGERPRINT(
        "own fingerprint",
        "the peer claims another certificate than it showed in TLS: something stands between the"
            + " two sides"),
    PEER_FINGERPRINT(
        "expected peer fingerprint",
        "the peer expects another certificate: check which key store each side was given"),
    CODE_VERSION("code version", "install the same release on both sides"),
    MODEL_DIGEST(
        "model digest",
        "the server serves another model than the client agreed to: fetch the description again, or"
            + " correct the pin"),
    PROFILE("profile", "give both sides the same parameter profile"),
    STRATEGY("strategy", "give both sides the same spark.secmoe.strategy"),
    SESSION("session", "a ticket of another session was used: ask for a new one"),
    RUN("run", "a ticket of another run was used: ask for a new one"),
    PARTITION("partition", "a ticket of another partition was used: ask for a new one"),
    BATCH("batch", "a ticket of another batch was used: ask for a new one"),
    EPOCH("epoch", "a ticket of another attempt was used: ask for a new one"),
    ROWS("rows", "the batch changed after its ticket was asked for: ask for a new one"),
    LENGTH("padded length", "the batch changed after its ticket was asked for: ask for a new one");

    final String label;
    final String remedy;

    Field(String label, String remedy) {
      this.label = label;
      this.remedy = remedy;
    }

    static Field of(String label) {
      for (Field f : values()) {
        if (f.label.equals(label)) {
          return f;
        }
      }
      throw new IllegalArgumentException("no field is called " + label);
    }
  }
}
