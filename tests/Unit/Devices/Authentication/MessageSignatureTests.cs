using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Devices.Authentication.Signatures;

namespace Serverless.Tests.Unit.Devices.Authentication;

public sealed class MessageSignatureTests
{
    /// <summary>RFC 9421, B.1.3, of which the public half is needed.</summary>
    private const string RfcKey = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==";

    /// <summary>Of the request below, which the npm package http-message-signatures 1.0.6 signed.</summary>
    private const string PeerKey = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+46WoDtEaoxrEBDz0YKQ6VpE3GwoTalwD4mCDuNdFVNOWXtQNCF6+GXJY56JTUQuIBCk+Cwl77XkNMvFhqSe7w==";

    private const string PeerInput =
        """sig1=("@method" "@path" "@query" "content-digest" "content-type" "@authority");created=1700000000;nonce="bm9uY2UtMTIzNDU2Nzg5MA";keyid="device-key-1";alg="ecdsa-p256-sha256" """;

    private const string PeerSignature = "sig1=:LTjF0f0D7WRcjbWy8JBaON6Y+UcaYXwtakzQ05eyl+7v2qnEW41i0yPOnKqajkZ86DrlauTCuSW4C/MsCOzjxQ==:";

    private const string PeerBody = """{"app_id":"com.example.app","device_id":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20"}""";

    private const string PeerDigest = "sha-256=:1q+PO3sV+0wqOUHZRX+IxCBYDy8zraHCnD18BoK6WQ4=:";

    private static readonly DateTimeOffset PeerTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    /// <summary>RFC 9421, B.2.4. Its signature has no nonce, so it is written down and not parsed.</summary>
    [Fact]
    public void Response_of_the_RFC_is_verified()
    {
        var signature = new MessageSignature
        {
            Components = ["@status", "content-type", "content-digest", "content-length"],
            Parameters = """("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256" """.TrimEnd(),
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1_618_884_473),
            Nonce = "",
            KeyId = "test-key-ecc-p256",
            Signature = Convert.FromBase64String("wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw=="),
        };

        var text = SignatureBase.Of(signature, component => component switch
        {
            "@status" => "200",
            "content-type" => "application/json",
            "content-digest" => "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:",
            "content-length" => "23",
            _ => null,
        });

        Assert.True(IsSigned(text, RfcKey, signature));
    }

    [Fact]
    public void Request_that_another_library_signed_is_verified()
    {
        var request = SignedRequest.Read(Peer(), Encoding.UTF8.GetBytes(PeerBody))!;

        Assert.Null(SignedRequestRule.FindDefect(request, PeerTime));
        Assert.True(SignedRequestRule.IsSignedBy(request, Convert.FromBase64String(PeerKey)));
        Assert.False(SignedRequestRule.IsSignedBy(request, Convert.FromBase64String(RfcKey)));
    }

    [Theory]
    [InlineData("PUT", "/api/updates", "?b=2&a=%20x", "updates.example.com")]
    [InlineData("POST", "/api/stats", "?b=2&a=%20x", "updates.example.com")]
    [InlineData("POST", "/api/%75pdates", "?b=2&a=%20x", "updates.example.com")]
    [InlineData("POST", "/api/updates", "?b=2&a=+x", "updates.example.com")]
    [InlineData("POST", "/api/updates", "", "updates.example.com")]
    [InlineData("POST", "/api/updates", "?b=2&a=%20x", "other.example.com")]
    public void Another_request_under_the_same_signature_is_not(string method, string path, string query, string host)
    {
        var http = Peer(path + query);
        (http.Method, http.Host) = (method, new HostString(host));

        Assert.False(SignedRequestRule.IsSignedBy(SignedRequest.Read(http, Encoding.UTF8.GetBytes(PeerBody))!, Convert.FromBase64String(PeerKey)));
    }

    [Fact]
    public void Another_body_is_none_that_was_signed() =>
        Assert.Equal("incomplete_signature", SignedRequestRule.FindDefect(SignedRequest.Read(Peer(), Encoding.UTF8.GetBytes(PeerBody + " "))!, PeerTime));

    [Theory]
    [InlineData(-61)]
    [InlineData(301)]
    public void Signature_of_another_time_is_refused(int secondsLater) =>
        Assert.Equal("untimely_signature", SignedRequestRule.FindDefect(SignedRequest.Read(Peer(), Encoding.UTF8.GetBytes(PeerBody))!, PeerTime.AddSeconds(secondsLater)));

    [Theory]
    [InlineData("\"@method\" ", "", "incomplete_signature")]
    [InlineData("\"@path\" ", "", "incomplete_signature")]
    [InlineData("\"@query\" ", "", "incomplete_signature")]
    [InlineData("\"content-digest\" ", "", "incomplete_signature")]
    [InlineData("bm9uY2UtMTIzNDU2Nzg5MA", "short", "bad_nonce")]
    [InlineData(";alg=", ";expires=1700000000;alg=", "untimely_signature")]
    public void What_must_be_signed_and_is_not_is_missed(string part, string other, string defect)
    {
        var request = Peer();
        request.Headers["Signature-Input"] = PeerInput.Trim().Replace(part, other, StringComparison.Ordinal);

        Assert.Equal(defect, SignedRequestRule.FindDefect(SignedRequest.Read(request, Encoding.UTF8.GetBytes(PeerBody))!, PeerTime));
    }

    [Theory]
    [InlineData(";created=1700000000", "")]
    [InlineData(";nonce=\"bm9uY2UtMTIzNDU2Nzg5MA\"", "")]
    [InlineData(";keyid=\"device-key-1\"", "")]
    [InlineData("ecdsa-p256-sha256", "hmac-sha256")]
    [InlineData(";alg=", ";other=1;alg=")]
    [InlineData("\"@path\"", "\"@path\";req")]
    [InlineData("\"@path\"", "\"@method\"")]
    [InlineData("\"@path\"", "@path")]
    [InlineData("=1700000000", "=\"1700000000\"")]
    [InlineData("sig1=", "sig2=")]
    public void Signature_of_another_form_is_none(string part, string other)
    {
        var input = PeerInput.Trim();
        var changed = input.Replace(part, other, StringComparison.Ordinal);

        Assert.NotEqual(input, changed);
        Assert.Null(MessageSignature.Parse(changed, PeerSignature));
    }

    [Fact]
    public void One_of_two_signatures_is_none() => Assert.Null(MessageSignature.Parse($"{PeerInput.Trim()}, sig2=()", $"{PeerSignature}, sig2=:AAAA:"));

    [Fact]
    public void Headers_that_come_twice_are_none()
    {
        var request = Peer();
        request.Headers.Append("Signature", PeerSignature);

        Assert.Null(SignedRequest.Read(request, default));
    }

    [Theory]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", true)]
    [InlineData("sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", true)]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPA=:", false)]
    [InlineData("sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:", false)]
    [InlineData(null, false)]
    public void Digest_of_RFC_9530_is_that_of_its_content(string? header, bool isRight) =>
        Assert.Equal(isRight, ContentDigest.IsOf(header, """{"hello": "world"}"""u8));

    private static HttpRequest Peer(string target = "/api/updates?b=2&a=%20x")
    {
        var request = new DefaultHttpContext().Request;
        request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        request.Method = "POST";
        request.Host = new HostString("updates.example.com");
        request.Headers.ContentType = "application/json";
        request.Headers["Content-Digest"] = PeerDigest;
        request.Headers["Signature-Input"] = PeerInput.Trim();
        request.Headers["Signature"] = PeerSignature;
        return request;
    }

    private static bool IsSigned(byte[]? text, string publicKey, MessageSignature signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);
        return text is not null && key.VerifyData(text, signature.Signature.Span, HashAlgorithmName.SHA256);
    }
}
