package io.modelrunner.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The text of the executable file {@code docker}: a POSIX shell script, as a shell starts at once and needs no environment. */
final class Launcher {
    private static final String BEGINNING = """
            #!/bin/sh
            unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
            device=false
            [ -c /dev/stdin ] && device=true
            locale=-Ddocker.lc_all.unset
            [ -n "${LC_ALL+set}" ] && locale="-Ddocker.lc_all=$LC_ALL"
            export LC_ALL=C.UTF-8
            """;

    private static final String STANDALONE = """
            exec PROGRAM -Ddocker.standalone=true MAIN "$@"
            """;

    // sh gives the null device to what it starts in the background, hence the descriptor 3
    private static final String PLUGIN = """
            command="${2-}"
            orphan=false
            [ -f DIRECTORY/orphan ] && orphan=true
            plugin=
            signals=0
            stopped=false
            stop() {
              signals=$((signals + 1))
              case "$command" in
                pull|push)
                  if [ $signals -ge 3 ]; then
                    kill -KILL $plugin 2>/dev/null
                    echo 'got 3 SIGTERM/SIGINTs, forcefully exiting' >&2
                    exit 1
                  fi ;;
                *)
                  stopped=true
                  [ -n "$plugin" ] && kill -TERM $plugin 2>/dev/null ;;
              esac
            }
            # before the plugin says anything, as a test may take that for the sign to stop it
            trap stop TERM INT
            exec 3<&0
            PROGRAM -Ddocker.orphan=$orphan -Ddocker.pid=$$ MAIN "$@" <&3 3<&- &
            plugin=$!
            exec 3<&-
            if $orphan; then
              read -r code <DIRECTORY/orphan
              exit $code
            fi
            before=-1
            while [ $before -ne $signals ]; do
              before=$signals
              wait $plugin
              status=$?
            done
            if $stopped; then
              echo 'Failed to generate a response: error reading response stream: context canceled' >&2
              exit 1
            fi
            [ $status -gt 128 ] && exit 255
            exit $status
            """;

    private Launcher() {}

    /** {@return the script of the CLI that starts its plugin and waits for it} */
    static String plugin(Path directory) throws IOException {
        return script(PLUGIN, directory);
    }

    /** {@return the script that becomes the one process} */
    static String standalone(Path directory) throws IOException {
        return script(STANDALONE, directory);
    }

    private static String script(String template, Path directory) throws IOException {
        String java = quoted(Path.of(System.getProperty("java.home"), "bin", "java")) + " -Xshare:auto"
                + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xmx512m"
                + " -Ddocker.device=$device \"$locale\" -cp " + quoted(classes());
        return BEGINNING
                + template.replace("PROGRAM", java)
                        .replace("MAIN", DockerProgram.class.getName() + " " + quoted(directory))
                        .replace("DIRECTORY", quoted(directory));
    }

    /** {@return the folder of the compiled tests} A code source would be wrong where they are patched into the module. */
    private static Path classes() throws IOException {
        try {
            URI file = DockerProgram.class.getResource("DockerProgram.class").toURI();
            return Path.of(file).resolve("../../../..").normalize();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }
}
