using System.Text;
using CsCheck;
using Serverless.Bundles.Content;

namespace Serverless.Tests.Unit.Bundles.Content;

/// <summary>What is found in single files. Secrets are put together here, so that no scanner takes this file for a leak.</summary>
public sealed class ContentScanTests
{
    private static readonly string Base64 = string.Concat(Enumerable.Repeat("aB3+/x9K", 20));
    private static readonly string Word = string.Concat(Enumerable.Repeat("aB3dE9xK", 20));

    public static TheoryData<string, string> SecretTexts => new()
    {
        { "a private key", $"-----BEGIN PRIVATE KEY-----\n{Base64[..64]}\n{Base64[..64]}\n-----END PRIVATE KEY-----" },
        { "a private key", $"{{\"private_key\":\"-----BEGIN RSA PRIVATE KEY-----\\n{Base64[..64]}\\n" },
        { "a private key", $"k=\"-----BEGIN EC PRIVATE KEY-----\\r\\n\"+\n  \"{Base64[..64]}\"" },
        { "an AWS access key", $"accessKeyId:\"{"AKIA"}QYLPMN5HIJKLMNOP\"" },
        { "a storage account's key", $"AccountName=a;{"AccountKey="}{Base64[..86]}==;EndpointSuffix=core.windows.net" },
        { "a shared access key", $"SharedAccessKeyName=Root;{"SharedAccessKey="}{Base64[..43]}=" },
        { "a GitHub token", $"token={"ghp_"}{Word[..36]}" },
        { "a GitHub token", $"'{"github_pat_"}{Word[..82]}'" },
        { "a GitLab token", $"{"glpat-"}{Word[..20]}" },
        { "an npm token", $"//registry/:_authToken={"npm_"}{Word[..36]}" },
        { "a Slack token", $"{"xoxb-"}123456789012-1234567890123-{Word[..24]}" },
        { "a Slack webhook", $"https://{"hooks.slack.com/services/T"}01234567/B01234567/{Word[..24]}" },
        { "a Stripe key", $"{"sk_live_"}{Word[..24]}" },
        { "a SendGrid key", $"{"SG."}{Word[..22]}.{Word[..43]}" },
        { "an OpenAI key", $"apiKey:\"{"sk-proj-"}{Word[..48]}\"" },
        { "an Anthropic key", $"{"sk-ant-"}api03-{Word[..93]}" },
        { "a Supabase secret key", $"{"sb_secret_"}{Word[..31]}" },
        { "a webhook's secret", $"{"whsec_"}{Word[..32]}" },
    };

    [Theory]
    [MemberData(nameof(SecretTexts))]
    public void Secret_is_found_and_not_repeated(string kind, string text)
    {
        foreach (var content in new[] { text, $"const a = 1;\n{text}\n;" })
        {
            var finding = Assert.Single(Scan("assets/a.js", content).Findings);

            Assert.Equal(new ContentFinding(ContentRule.Secret, $"A file holds what looks like {kind}.", "assets/a.js"), finding);
        }
    }

    [Theory]
    [InlineData("pem = \"-----BEGIN PRIVATE KEY-----\\n\" + body + \"\\n-----END PRIVATE KEY-----\"")]
    [InlineData("if (text.includes('-----BEGIN RSA PRIVATE KEY-----')) parse(text)")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAz5rcxFkfMIIBIjANBgkq\n")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("xAKIAQYLPMN5HIJKLMNOP AKIAQYLPMN5HIJKLMNOPQ AKIAlower")]
    [InlineData("AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")]
    [InlineData("AccountKey={0};SharedAccessKey=<key>")]
    [InlineData("AIzaSyA1234567890abcdefghijklmnopqrstuv pk_live_aB3dE9xKaB3dE9xKaB3dE9xK sb_publishable_aB3dE9xKaB3dE9xKaB3dE9xK")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.aB3dE9xKaB3dE9xKaB3dE9xKaB3dE9xKaB3dE9xKaB3")]
    [InlineData(".sk-proj-spinner{color:red} npm_config_registry ghp_short SG.VERSION")]
    public void What_only_looks_like_a_secret_is_let_through(string text) => Assert.Empty(Scan("app.js", text).Findings);

    [Fact]
    public void Pictures_are_not_searched() => Assert.Empty(Scan("a.png", $"{"ghp_"}{Word[..36]}").Findings);

    [Theory]
    [InlineData(".env")]
    [InlineData("assets/.env.production")]
    [InlineData("assets/.ENV.local")]
    [InlineData("assets/.npmrc")]
    [InlineData("src/.git/config")]
    [InlineData("keys/release.jks")]
    [InlineData("upload.P12")]
    [InlineData("ssh/id_rsa")]
    public void File_of_a_developers_machine_is_found(string path) =>
        Assert.Equal((ContentRule.PrivateFile, path), Assert.Single(Scan(path, "x").Findings) is var finding ? (finding.Code, finding.Entry) : default);

    [Theory]
    [InlineData("assets/.env.example")]
    [InlineData("assets/.envoy")]
    [InlineData("assets/.gitkeep")]
    [InlineData(".well-known/assetlinks.json")]
    [InlineData("assets/env.js")]
    public void Other_dot_files_are_let_through(string path) => Assert.Empty(Scan(path, "x").Findings);

    [Theory]
    [InlineData("assets/app.js.map", "{}")]
    [InlineData("app.css.MAP", "{}")]
    [InlineData("app.js", "start();\n//# sourceMappingURL=data:application/json;base64,e30=")]
    public void Source_map_is_found(string path, string text) => Assert.Equal((ContentRule.SourceMap, path), Assert.Single(Scan(path, text).Findings) is var finding ? (finding.Code, finding.Entry) : default);

    [Fact]
    public void Name_of_a_source_map_that_is_elsewhere_is_let_through() => Assert.Empty(Scan("app.js", "//# sourceMappingURL=app.js.map").Findings);

    [Theory]
    [InlineData("import(\"https://cdn.example.com/a.js\")")]
    [InlineData("import( 'https://cdn.example.com/a.js' )")]
    [InlineData("import{a as b}from\"https://cdn.example.com/a.js\";")]
    [InlineData("import a from 'https://cdn.example.com/a.js'")]
    [InlineData("import {\n  a,\n  b\n} from 'https://cdn.example.com/a.js'")]
    [InlineData("export * from \"https://cdn.example.com/a.js\"")]
    [InlineData("import\"https://cdn.example.com/a.js\"")]
    [InlineData("new Worker(`https://cdn.example.com/a.js`)")]
    [InlineData("importScripts('https://cdn.example.com/a.js')")]
    public void Origin_that_a_script_imports_from_is_told(string text) => Assert.Equal(["https://cdn.example.com"], Scan("a.js", text).ScriptOrigins);

    [Theory]
    [InlineData("a.js", "import(\"./a.js\"); import b from './b.js'; new Worker(new URL('w.js', import.meta.url))")]
    [InlineData("a.js", "// adapted from 'https://example.com/article'")]
    [InlineData("a.js", "Array.from(\"https://example.com\"); fetch('https://example.com')")]
    [InlineData("a.css", "@import \"https://fonts.example/a.css\";")]
    [InlineData("a.js", "`@import \"https://fonts.example/a.css\"`")]
    [InlineData("a.js", "import(\"http://localhost:5173/a.js\")")]
    public void Other_addresses_of_a_script_are_no_origin(string path, string text) => Assert.Empty(Scan(path, text).ScriptOrigins);

    [Fact]
    public void Many_findings_of_a_rule_are_one_with_their_number()
    {
        var scan = new ContentScan("index.html");
        for (var file = 0; file < 1_500; file++)
        {
            Pass(scan, $"{file}.js.map", "{}");
        }

        Assert.Equal(
            new ContentFinding(ContentRule.SourceMap, "A source map shows the app's source to whoever opens the bundle; 1,500 of its kind were found.", "0.js.map"),
            Assert.Single(scan.Complete(new HashSet<string>()).Findings));
    }

    [Fact]
    public void Page_is_held_against_the_files()
    {
        var scan = new ContentScan("dist/index.html");
        Pass(scan, "dist/index.html", "<script src=app.js></script><script src=gone.js></script><img src=gone.png>");

        var facts = scan.Complete(new HashSet<string> { "index.html", "app.js" });

        Assert.Equal(
            [
                new ContentFinding(ContentRule.MissingAsset, "The page index.html refers to 'gone.png', which is not in the bundle.", "dist/index.html"),
                new ContentFinding(ContentRule.MissingReference, "The page index.html refers to 'gone.js', which is not in the bundle.", "dist/index.html"),
            ],
            facts.Findings);
    }

    [Fact]
    public void However_the_content_is_split_the_same_is_found() => Gen.Select(
        Gen.OneOf("import", "(", " from ", "\"https://a.example/", "'", "Worker(", "AKIA", "QYLPMN5HIJKLMNOP", "gh" + "p_", Word[..36], "PRIVATE KEY-----", "\\n", Base64[..64], "sourceMappingURL=data:", ";", "\0", "é")
            .Array[0, 20].Select(string.Concat),
        Gen.Int[1, 40]).Sample(
        (text, step) =>
        {
            var whole = Scan("a.js", text);
            var scan = new ContentScan("index.html");
            scan.Begin(Entries.Named("a.js"));
            foreach (var piece in Encoding.UTF8.GetBytes(text).Chunk(step))
            {
                scan.Add(piece);
            }

            scan.End();
            var pieces = scan.Complete(new HashSet<string>());
            return pieces.Findings.SequenceEqual(whole.Findings) && pieces.ScriptOrigins.SetEquals(whole.ScriptOrigins);
        },
        iter: 3_000);

    private static ContentFacts Scan(string path, string text)
    {
        var scan = new ContentScan("index.html");
        Pass(scan, path, text);
        return scan.Complete(new HashSet<string>());
    }

    private static void Pass(ContentScan scan, string path, string text)
    {
        scan.Begin(Entries.Named(path));
        scan.Add(Encoding.UTF8.GetBytes(text));
        scan.End();
    }
}
