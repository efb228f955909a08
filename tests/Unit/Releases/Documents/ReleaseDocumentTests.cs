using System.Buffers.Text;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Signing;
using Serverless.Signing.Local;
using Serverless.Tests.Support;
using Serverless.Tests.Unit.Signing;

namespace Serverless.Tests.Unit.Releases.Documents;

public sealed class ReleaseDocumentTests : IDisposable
{
    private const string Header = """{"alg":"RS256","typ":"release+jws","kid":"MIIBCgKCAQEAz5rcxFkf"}""";

    private static readonly string[] Tails = ["=", "\n", " ", ".", "A", ".."];
    private static readonly string[] Dots = ["", ".", "..", "..."];

    private static readonly RSA Rsa = SigningPublicKeyTests.Import(SignatureVectors.PrivateKey);
    private static readonly SigningPublicKey Key = SigningPublicKey.From(Rsa);

    private static readonly SignedForm Form = new()
    {
        KeyId = "MIIBCgKCAQEAz5rcxFkf",
        SessionKey = "AAAAAAAAAAAAAAAAAAAAAA==:AA+/",
        Checksum = "ab",
        LegacyChecksum = "AA+/",
        CiphertextSha256 = TestReleases.Digest("ciphertext"),
        CiphertextSize = 1008,
        FileList = TestReleases.Digest("keyed files"),
        Document = TestReleases.Digest("document"),
    };

    private static readonly Release Signed = new()
    {
        Version = BundleVersion.Parse("1.4.1+build.7"),
        Sequence = 7,
        UploadSha256 = TestReleases.Digest("upload"),
        Zip = new(TestReleases.Digest("zip"), "00c0ffee", Size: 1000),
        SignedForms = [Form],
        FileCount = 3,
        FileList = TestReleases.Digest("files"),
        CreatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Notes = new("Schöner, \"größer\" <b>", "1.2.0", "https://example.com/?a=1&b=2", "hotfix"),
    };

    private readonly LocalSigningKey _key = new(SigningPublicKeyTests.Import(SignatureVectors.PrivateKey));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static ReleaseDocument Document => ReleaseDocument.Of(Words.App("com.example.app"), Signed, Form);

    /// <summary>Rows that differ in one member, by the member's name in the document.</summary>
    public static TheoryData<string> Members => [.. Rows.Keys];

    private static Dictionary<string, Func<Release, Release>> Rows => new()
    {
        ["version"] = row => row with { Version = BundleVersion.Parse("1.4.1+build.8") },
        ["sequence"] = row => row with { Sequence = 8 },
        ["created"] = row => row with { CreatedAt = row.CreatedAt.AddTicks(1) },
        ["uploadSha256"] = row => row with { UploadSha256 = TestReleases.Digest("other") },
        ["zip.sha256"] = row => row with { Zip = row.Zip with { Sha256 = TestReleases.Digest("other") } },
        ["zip.crc32"] = row => row with { Zip = row.Zip with { Crc32 = "00c0ffef" } },
        ["zip.size"] = row => row with { Zip = row.Zip with { Size = 1001 } },
        ["fileCount"] = row => row with { FileCount = 4 },
        ["fileList"] = row => row with { FileList = null },
        ["notes.notes"] = row => row with { Notes = row.Notes with { Notes = "" } },
        ["notes.minNative"] = row => row with { Notes = row.Notes with { MinNative = "1.1.0" } },
        ["notes.link"] = row => row with { Notes = row.Notes with { Link = "https://evil.example/" } },
        ["notes.comment"] = row => row with { Notes = row.Notes with { Comment = null } },
        ["form.keyId"] = row => With(row, form => form with { KeyId = "MIIBCgKCAQEAxxxxxxxx" }),
        ["content.scriptOrigins"] = row => row with { Content = new ReleaseContent(["https://evil.example"], [], []) },
        ["form.sessionKey"] = row => With(row, form => form with { SessionKey = "AAAAAAAAAAAAAAAAAAAAAA==:AA++" }),
        ["form.checksum"] = row => With(row, form => form with { Checksum = "ac" }),
        ["form.legacyChecksum"] = row => With(row, form => form with { LegacyChecksum = "AA++" }),
        ["form.ciphertextSha256"] = row => With(row, form => form with { CiphertextSha256 = TestReleases.Digest("other") }),
        ["form.ciphertextSize"] = row => With(row, form => form with { CiphertextSize = 1024 }),
        ["form.fileList"] = row => With(row, form => form with { FileList = TestReleases.Digest("files") }),
    };

    [Fact]
    public async Task Document_is_signed_as_other_tools_sign_it()
    {
        var jws = await Document.SignAsync(_key, Cancellation);

        Assert.Equal(DocumentVectors.Jws, Encoding.ASCII.GetString(jws));
    }

    [Fact]
    public void Document_signed_by_other_tools_opens_to_the_release()
    {
        var opened = ReleaseDocument.Open(Encoding.ASCII.GetBytes(DocumentVectors.Jws), Key);

        Assert.Equal(Document, opened);
        Assert.Null(opened!.FindDifference(Words.App("com.example.app"), Signed, Form));
    }

    [Fact]
    public void Withdrawal_and_the_reference_to_the_document_are_no_difference() => Assert.Null(Document.FindDifference(
        Words.App("com.example.app"), Signed with { WithdrawnBecause = "too many failures" }, Form with { Document = null }));

    [Theory]
    [MemberData(nameof(Members))]
    public void Row_that_differs_in_a_member_is_found_out(string member)
    {
        var row = Rows[member](Signed);

        Assert.Equal(
            $"The row of {row.Version} has another {member} than the document that key {row.SignedForms[0].KeyId} signed.",
            Document.FindDifference(Words.App("com.example.app"), row, row.SignedForms[0]));
    }

    [Fact]
    public void Row_of_another_app_is_found_out() =>
        Assert.Contains("another app", Document.FindDifference(Words.App("com.example.other"), Signed, Form), StringComparison.Ordinal);

    [Fact]
    public void Everything_about_a_release_is_held_against_its_document()
    {
        var covered = Rows.Values.Select(change => change(Signed)).ToArray();

        Assert.All(Properties(typeof(Release)).Except([nameof(Release.WithdrawnBecause), nameof(Release.PausedBecause), nameof(Release.CollectedAt)]), name => Assert.Contains(covered, row => Differs(row, Signed, name)));
        Assert.All(Properties(typeof(SignedForm)).Except([nameof(SignedForm.Document)]), name => Assert.Contains(covered, row => Differs(row.SignedForms[0], Form, name)));
    }

    [Fact]
    public void Document_by_another_key_does_not_open()
    {
        using var other = RSA.Create(2048);
        var jws = Encoding.ASCII.GetBytes(DocumentVectors.Jws);

        Assert.Null(ReleaseDocument.Open(jws, SigningPublicKey.From(other)));
        Assert.Null(ReleaseDocument.Open(Jws(Header, DocumentVectors.Payload, other), Key));
    }

    [Fact]
    public void Any_changed_byte_closes_the_document()
    {
        var jws = Encoding.ASCII.GetBytes(DocumentVectors.Jws);
        Gen.Select(Gen.Int[0, jws.Length - 1], Gen.Byte).Where(change => jws[change.Item1] != change.Item2).Sample(
            change =>
            {
                var changed = jws.ToArray();
                changed[change.Item1] = change.Item2;
                return ReleaseDocument.Open(changed, Key) is null;
            },
            iter: 3_000);
    }

    [Fact]
    public void Any_cut_or_longer_document_is_refused()
    {
        var jws = Encoding.ASCII.GetBytes(DocumentVectors.Jws);

        Assert.All(Enumerable.Range(0, jws.Length), length => Assert.Null(ReleaseDocument.Open(jws.AsSpan(0, length), Key)));
        Assert.All(Tails, tail => Assert.Null(ReleaseDocument.Open([.. jws, .. Encoding.ASCII.GetBytes(tail)], Key)));
        Assert.All(Dots, text => Assert.Null(ReleaseDocument.Open(Encoding.ASCII.GetBytes(text), Key)));
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"release+jws","kid":"MIIBCgKCAQEAz5rcxFkf"}""")]
    [InlineData("""{"alg":"rs256","typ":"release+jws","kid":"MIIBCgKCAQEAz5rcxFkf"}""")]
    [InlineData("""{"alg":"HS256","typ":"release+jws","kid":"MIIBCgKCAQEAz5rcxFkf"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"MIIBCgKCAQEAz5rcxFkf"}""")]
    [InlineData("""{"alg":"RS256","kid":"MIIBCgKCAQEAz5rcxFkf"}""")]
    [InlineData("""{"alg":"RS256","typ":"release+jws"}""")]
    [InlineData("""{"alg":"RS256","typ":"release+jws","kid":"MIIBCgKCAQEAxxxxxxxx"}""")]
    [InlineData("""{"alg":"RS256","typ":"release+jws","kid":"MIIBCgKCAQEAz5rcxFkf","b64":false}""")]
    [InlineData("""{"alg":"RS256","alg":"RS256","typ":"release+jws","kid":"MIIBCgKCAQEAz5rcxFkf"}""")]
    [InlineData("""{"typ":"release+jws","alg":"RS256","kid":"MIIBCgKCAQEAz5rcxFkf"}""")]
    public void Signed_header_of_any_other_kind_is_refused(string header) => Assert.Null(ReleaseDocument.Open(Jws(header, DocumentVectors.Payload), Key));

    [Theory]
    [InlineData("\"sequence\":7", "\"sequence\":7,\"sequence\":7")]
    [InlineData("\"sequence\":7", "\"sequence\":7,\"epoch\":1")]
    [InlineData("\"sequence\":7", "\"sequence\":7.0")]
    [InlineData("\"sequence\":7", "\"sequence\":\"7\"")]
    [InlineData("\"sequence\":7", "\"Sequence\":7")]
    [InlineData("\"sequence\":7", " \"sequence\":7")]
    [InlineData("\"sequence\":7,", "")]
    [InlineData("\"sequence\":7", "\"sequence\":null")]
    [InlineData("\"crc32\":\"00c0ffee\"", "\"crc32\":null")]
    [InlineData("\"crc32\":\"00c0ffee\"", "\"crc32\":\"00c0ffee\",\"md5\":\"\"")]
    [InlineData("\"uploadSha256\":\"ff4085", "\"uploadSha256\":\"FF4085")]
    [InlineData("+00:00\"", "Z\"")]
    [InlineData("ö", "\\u00f6")]
    [InlineData("\"comment\":\"hotfix\"", "\"comment\":null")]
    [InlineData("\"checksum\":\"ab\"", "\"checksum\":\"ab\",\"document\":\"ff4085ad157354dc8ea67a848e7c2270b4a19282713cf3a7ecf8e0ffbb159ed1\"")]
    [InlineData("1.4.1+build.7", "v1")]
    public void Signed_payload_that_is_not_strictly_the_documents_json_is_refused(string text, string other)
    {
        Assert.Contains(text, DocumentVectors.Payload, StringComparison.Ordinal);
        var changed = new Regex(Regex.Escape(text)).Replace(DocumentVectors.Payload, other.Replace("$", "$$", StringComparison.Ordinal), count: 1);

        Assert.Null(ReleaseDocument.Open(Jws(Header, changed), Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{")]
    public void Signed_payload_that_is_no_document_is_refused(string payload) => Assert.Null(ReleaseDocument.Open(Jws(Header, payload), Key));

    [Fact]
    public void Signed_document_that_is_too_long_is_refused()
    {
        var payload = DocumentVectors.Payload.Replace("hotfix", new string('x', ReleaseDocument.MaxBytes), StringComparison.Ordinal);

        Assert.Null(ReleaseDocument.Open(Jws(Header, payload), Key));
    }

    public void Dispose() => _key.Dispose();

    /// <summary>Signed by the platform, whatever it is.</summary>
    private static byte[] Jws(string header, string payload, RSA? key = null)
    {
        var signed = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        var signature = (key ?? Rsa).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Encoding.ASCII.GetBytes($"{signed}.{Encode(signature)}");
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static Release With(Release row, Func<SignedForm, SignedForm> change) => row with { SignedForms = [change(row.SignedForms[0])] };

    private static IEnumerable<string> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).Select(property => property.Name);

    private static bool Differs(object changed, object original, string property) =>
        !Equals(changed.GetType().GetProperty(property)!.GetValue(changed), original.GetType().GetProperty(property)!.GetValue(original));
}
