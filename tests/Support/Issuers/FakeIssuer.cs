using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.Tests.Support.Issuers;

/// <summary>An OpenID Connect issuer on this machine, as far as those need one who verify its tokens. Its tokens are made by hand, member by member.</summary>
public sealed class FakeIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<IssuerKey> _published = [];
    private int _fetches;

    private FakeIssuer(WebApplication app) => _app = app;

    /// <summary>As its tokens name it.</summary>
    public string Issuer => $"{_app.Urls.Single()}{Path}";

    /// <summary>Below which it lives, such as <c>/tenant/v2.0</c>; of Entra ID, say.</summary>
    public string Path { get; init; } = "";

    /// <summary>The key that signs by default.</summary>
    public IssuerKey Key => _published[^1];

    /// <summary>Replaces the answer to whoever fetches a document.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>The claims beside its own of a workflow that asks for a token, below <c>/token</c>.</summary>
    public JsonObject? Workflow { get; set; }

    /// <summary>What it calls itself in the document that is discovered, when that is another name.</summary>
    public string? DiscoveredAs { get; set; }

    /// <summary>How often its keys were fetched.</summary>
    public int Fetches => _fetches;

    public static async Task<FakeIssuer> StartAsync(CancellationToken cancellationToken, string path = "", IssuerKey? key = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new FakeIssuer(builder.Build()) { Path = path };
        issuer.Publish(key ?? IssuerKey.NewRsa("key-1"));
        issuer._app.Run(issuer.AnswerAsync);
        await issuer._app.StartAsync(cancellationToken);
        return issuer;
    }

    public void Publish(IssuerKey key) => _published.Add(key);

    /// <summary>Replaces all keys by a new one.</summary>
    public void Rotate(IssuerKey key)
    {
        _published.Clear();
        Publish(key);
    }

    /// <summary>Claims that are in order: of this issuer, and good from a minute ago until in ten.</summary>
    public JsonObject Claims(string audience, DateTimeOffset now) => new()
    {
        ["iss"] = Issuer,
        ["aud"] = audience,
        ["sub"] = "repo:acme/shop:ref:refs/heads/main",
        ["nbf"] = now.AddMinutes(-1).ToUnixTimeSeconds(),
        ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
    };

    public string Sign(JsonObject claims) => Key.Sign(claims);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == $"{Path}/.well-known/openid-configuration")
        {
            Interlocked.Increment(ref _fetches);
        }

        if (Instead is { } instead)
        {
            return instead(context);
        }

        return context.Request.Path.Value switch
        {
            var path when path == $"{Path}/.well-known/openid-configuration" => context.Response.WriteAsJsonAsync(
                new JsonObject { ["issuer"] = DiscoveredAs ?? Issuer, ["jwks_uri"] = $"{Issuer}/jwks" }, context.RequestAborted),
            var path when path == $"{Path}/jwks" => context.Response.WriteAsJsonAsync(
                new JsonObject { ["keys"] = new JsonArray([.. _published.Select(key => key.ToJwk())]) }, context.RequestAborted),
            var path when path == $"{Path}/token" && Workflow is { } workflow && context.Request.Headers.Authorization == "Bearer workflow" => context.Response.WriteAsJsonAsync(
                new JsonObject { ["value"] = Sign(Merge(Claims($"{context.Request.Query["audience"]}", DateTimeOffset.UtcNow), workflow)) }, context.RequestAborted),
            _ => NotFound(context),
        };
    }

    private static JsonObject Merge(JsonObject claims, JsonObject more)
    {
        foreach (var (name, value) in more)
        {
            claims[name] = value?.DeepClone();
        }

        return claims;
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}

/// <summary>A key of an issuer, and what it signs.</summary>
public sealed class IssuerKey
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;

    private IssuerKey(string id, RSA? rsa, ECDsa? ecdsa) => (Id, _rsa, _ecdsa) = (id, rsa, ecdsa);

    public string Id { get; }

    public string Algorithm => _rsa is null ? "ES256" : "RS256";

    /// <summary>As whoever confuses it with a shared secret would use it.</summary>
    public byte[] PublicBytes => Encoding.UTF8.GetBytes(_rsa?.ExportRSAPublicKeyPem() ?? _ecdsa!.ExportSubjectPublicKeyInfoPem());

    public static IssuerKey NewRsa(string id, int bits = 2048) => new(id, RSA.Create(bits), null);

    public static IssuerKey NewEcdsa(string id) => new(id, null, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public string Sign(JsonObject claims) => Sign(new JsonObject { ["alg"] = Algorithm, ["kid"] = Id, ["typ"] = "JWT" }, claims);

    public string Sign(JsonObject header, JsonObject claims) => Join(header, claims, signed => _rsa is not null
        ? _rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : _ecdsa!.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <summary>A token whose signature is whatever is made of the signed part.</summary>
    public static string Join(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public JsonObject ToJwk()
    {
        if (_rsa is not null)
        {
            var rsa = _rsa.ExportParameters(includePrivateParameters: false);
            return new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = Id, ["n"] = Base64Url.EncodeToString(rsa.Modulus), ["e"] = Base64Url.EncodeToString(rsa.Exponent) };
        }

        var point = _ecdsa!.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject { ["kty"] = "EC", ["use"] = "sig", ["kid"] = Id, ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
