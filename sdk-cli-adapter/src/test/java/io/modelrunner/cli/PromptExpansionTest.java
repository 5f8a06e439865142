package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of prompts on the unsafe road; each row was tried on the real CLI. DIR is the folder of the files. */
@DisabledOnOs(OS.WINDOWS)
class PromptExpansionTest {
    private static final byte[] PNG = "\u0089PNG\r\n\u001a\n and so on".getBytes(ISO_8859_1);
    private static final String PNG_URI =
            "data:image/png;base64," + Base64.getEncoder().encodeToString(PNG);

    @TempDir
    private Path here;

    @BeforeEach
    void files() throws IOException {
        write("a.txt", "CANARY");
        write("a b.txt", "SPACED");
        write("x(1).txt", "BRACKETS");
        write("ü.txt", "ümlaut");
        write("f.txt", "see ./p.png");
        write("g.txt", "go @a.txt");
        write("dollar.txt", "[$1|$0|${2}|$$|$x|$1x|$]");
        write("fake.jpg", "text");
        write("long.jpg", "text ".repeat(200));
        write("empty.png", "");
        Files.write(here.resolve("p.png"), PNG);
        Files.write(here.resolve("two words.png"), PNG);
        Files.write(here.resolve("unnamed"), PNG);
        Files.createDirectories(here.resolve("sub/dir.png"));
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(here.resolve(name), content);
    }

    private PromptExpansion expand(String prompt) throws Failure {
        String bytes = new String(prompt.replace("DIR", here.toString()).getBytes(UTF_8), ISO_8859_1);
        return PromptExpansion.of(bytes, here);
    }

    private void assertUnchanged(String prompt) throws Failure {
        PromptExpansion expanded = expand(prompt);
        assertThat(expanded.text()).isEqualTo(prompt.replace("DIR", here.toString()));
        assertThat(expanded.pictures()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "@a.txt               | CANARY",
                "x@a.txt              | xCANARY",
                "\\@a.txt             | \\CANARY",
                "see @a.txt ok        | see CANARY ok",
                "@'a.txt'             | CANARY",
                "@\"a b.txt\"          | SPACED",
                "@\"a b.txt\".        | SPACED.",
                "@DIR/a.txt           | CANARY",
                "@sub/../a.txt        | CANARY",
                "@./a.txt             | CANARY",
                "@x(1).txt            | BRACKETS",
                "@x\\(1\\).txt        | BRACKETS",
                "@ü.txt ü             | ümlaut ü",
                "@a.txt @a.txt        | CANARY CANARY",
                "@g.txt               | go @a.txt",
                "@g.txt then @a.txt   | go CANARY then CANARY",
            })
    void fileBehindAnAtIsInserted(String prompt, String sent) throws Failure {
        assertThat(expand(prompt).text()).isEqualTo(sent);
        assertThat(expand(prompt).pictures()).isEmpty();
    }

    @Test
    void whiteSpaceMayEndAName() throws Failure {
        assertThat(expand("@a.txt\n").text()).isEqualTo("CANARY");
        assertThat(expand("@a.txt\nb").text()).isEqualTo("CANARY\nb");
        assertThat(expand("@a.txt\tb").text()).isEqualTo("CANARY\tb");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@a.txt.",
                "@a.txt,",
                "@a.txt)",
                "(@a.txt)",
                "`@a.txt`",
                "\"@a.txt\"",
                "<@a.txt>",
                "@a.txt\u00a0b",
                "@@a.txt",
                "@ a.txt",
                "@\u200ba.txt",
                "@a.txt\u200b",
                "\uff20a.txt",
                "@a.txt\u000bx",
                "@missing",
                "@~/x",
                "@$HOME/x",
                "@file:///x",
                "user@host",
                "@sub",
                "@a.txt\u0000",
            })
    void otherTextBehindAnAtIsLeft(String prompt) throws Failure {
        assertUnchanged(prompt);
    }

    @Test
    void environmentOfTheProcessIsInserted() throws Failure {
        if (Files.exists(Path.of("/proc/self/environ"))) {
            assertThat(expand("@/proc/self/environ").text()).doesNotContain("@").contains("PATH=");
        }
    }

    @Test
    void dollarsOfAFileAreTakenForGroups() throws Failure {
        assertThat(expand("@dollar.txt").text()).isEqualTo("[@dollar.txt|@dollar.txt||$|||$]");
        assertThat(expand("@'dollar.txt'").text()).isEqualTo("[|[|@'dollar.txt'||$|||$]||$|||$]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "./p.png                    | ~~",
                "DIR/p.png                  | ~~",
                "x DIR/p.png y              | x  y",
                "xDIR/p.png                 | x",
                "'p.png'                    | ~~",
                "\"p.png\"                  | \"\"",
                "[DIR/p.png]                | []",
                "DIR/p.png,                 | ,",
                "DIR/p.png\u200b           | \u200b",
                "./two words.png            | ~~",
                "./two\\ words.png          | ~~",
                "@./p.png                   | @",
                "@f.txt                     | see",
                "./p.png ./p.pngx           | x",
            })
    void pictureIsAttachedAndItsNameRemoved(String prompt, String text) throws Failure {
        PromptExpansion expanded = expand(prompt);
        assertThat(expanded.text()).isEqualTo(text);
        assertThat(expanded.pictures()).containsExactly(PNG_URI);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p.png",
                "`p.png`",
                "@p.png",
                "@unnamed",
                "DIR/p.pngx",
                "DIR/p.png_",
                "DIR/p.\u200bpng",
                "DIR\n/p.png",
                "DIR/p.gif",
                "https://h/abs/p.png",
                "C:/p.png",
                "./P.PNG",
            })
    void otherTextIsNoPicture(String prompt) throws Failure {
        assertUnchanged(prompt);
    }

    @Test
    void anythingWithTheNameOfAPictureIsAttached() throws Failure {
        assertThat(expand("./fake.jpg").pictures()).containsExactly("data:application/octet-stream;base64,dGV4dA==");
        assertThat(expand("./long.jpg").pictures())
                .singleElement()
                .asString()
                .startsWith("data:text/plain; charset=utf-8;base64,");
    }

    @Test
    void otherFilesThanMissingOnesFailTheRun() {
        assertFails("./empty.png", "\"./empty.png\": EOF");
        assertFails("./sub/dir.png", "\"./sub/dir.png\": read ./sub/dir.png: is a directory");
        assertFails("/etc/passwd/x.png", "\"/etc/passwd/x.png\": open /etc/passwd/x.png: not a directory");
        String long256 = "/or" + "x".repeat(300) + " x.png";
        assertFails("and" + long256, "\"" + long256 + "\": open " + long256 + ": file name too long");
        assertFails("./p\u0000.png", "\"./p\\x00.png\": open ./p\u0000.png: invalid argument");
    }

    private void assertFails(String prompt, String why) {
        assertThatThrownBy(() -> expand(prompt))
                .isInstanceOf(Failure.class)
                .hasMessage("failed to process images: couldn't process image " + why);
    }

    @Test
    void textIsTrimmedAndItsWrongBytesReplaced() throws Failure {
        assertThat(expand(" \n\u00a0\u2003\u0085 a\r\n\ufeff b \u3000\t").text())
                .isEqualTo("a\r\n\ufeff b");
        String wrong = "\u00f0\u009f\u0098 \u00ed\u00a0\u0080 \u00c0\u00af \u00e2\u0082\u00ac\u00ff";
        assertThat(PromptExpansion.of(wrong, here).text())
                .isEqualTo("\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd €\ufffd");
    }
}
