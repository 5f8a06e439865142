package io.modelrunner.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a scripted {@code docker} was told, as it lies in a file between the test and the program.
 *
 * @param runner the address of the runner that it knows by itself; empty if it knows none
 * @param told the replies of the test
 * @param usual the replies to what the test said nothing about
 */
record DockerScript(String runner, List<Rule> told, List<Rule> usual) {
    /**
     * The reply to command lines that begin in a certain way.
     *
     * @param words their first words behind {@code docker model}
     * @param reply the reply
     */
    record Rule(List<String> words, Reply reply) {
        Rule {
            words = withoutDashes(words);
        }

        boolean fits(List<String> arguments) {
            return arguments.size() >= words.size()
                    && arguments.subList(0, words.size()).equals(words);
        }
    }

    Optional<Reply> told(List<String> arguments) {
        return best(told, arguments);
    }

    Optional<Reply> usual(List<String> arguments) {
        return best(usual, arguments);
    }

    /** {@return the reply to a command line, whoever gave it} */
    Optional<Reply> any(List<String> arguments) {
        return told(arguments).or(() -> usual(arguments));
    }

    /** The longest beginning wins; of equal ones the later. A {@code --} counts for nothing. */
    private static Optional<Reply> best(List<Rule> rules, List<String> arguments) {
        List<String> words = withoutDashes(arguments);
        Optional<Rule> best = Optional.empty();
        for (Rule rule : rules) {
            int longest = best.map(found -> found.words.size()).orElse(0);
            if (rule.words.size() >= longest && rule.fits(words)) {
                best = Optional.of(rule);
            }
        }
        return best.map(Rule::reply);
    }

    private static List<String> withoutDashes(List<String> arguments) {
        List<String> words = new ArrayList<>(arguments);
        words.remove("--");
        return words;
    }

    /** Replaces the file as a whole, so that a program that starts meanwhile reads the old one or the new one. */
    void save(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(bytes))) {
            out.writeUTF(runner);
            write(out, told);
            write(out, usual);
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, bytes.toByteArray());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static DockerScript load(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            return new DockerScript(in.readUTF(), readRules(in), readRules(in));
        }
    }

    private static void write(DataOutputStream out, List<Rule> rules) throws IOException {
        out.writeInt(rules.size());
        for (Rule rule : rules) {
            Wire.write(out, rule.words);
            rule.reply.write(out);
        }
    }

    private static List<Rule> readRules(DataInput in) throws IOException {
        List<Rule> rules = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            rules.add(new Rule(Wire.readList(in), Reply.read(in)));
        }
        return rules;
    }
}
