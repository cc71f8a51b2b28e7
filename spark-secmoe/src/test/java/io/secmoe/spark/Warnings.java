// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** Listens to what a class of SecMoE warns of. */
public final class Warnings implements AutoCloseable {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final AbstractAppender ear =
      new AbstractAppender("ear", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          heard.add(event.getMessage().getFormattedMessage());
        }
      };

  /** Collects the warnings about the costs of inferences. */
  public Warnings() {
    this("io.secmoe.spark.sql.execution.Runs");
  }

  /** Collects the warnings of the class of this name. */
  public Warnings(String name) {
    logger = (Logger) LogManager.getLogger(name);
    ear.start();
    logger.addAppender(ear);
  }

  /** Returns how many of them say this. */
  public long count(String what) {
    return heard.stream().filter(warning -> warning.contains(what)).count();
  }

  @Override
  public void close() {
    logger.removeAppender(ear);
    ear.stop();
  }
}
