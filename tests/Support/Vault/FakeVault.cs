using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Support.Vault;

/// <summary>
/// A key vault on this machine, as far as clients that sign meet one: HTTPS, the challenge that tells them where to get a token, keys with
/// their versions, and signatures that are really made. Written after the service's published REST description, not recorded from it.
/// </summary>
public sealed class FakeVault : IAsyncDisposable
{
    /// <summary>What every request must carry, as <c>Bearer</c>.</summary>
    public const string Token = "token-for-the-fake-vault";

    /// <summary>For what the challenge has clients ask a token. They insist that the vault is below it.</summary>
    public const string Resource = "https://localhost";

    private const string Host = "vault.localhost";
    private const string Challenge = $"Bearer authorization=\"https://login.localhost/5a7f1c1e-0000-4000-8000-000000000001\", resource=\"{Resource}\"";

    // Versions are listed with the second they were made in.
    private static readonly DateTimeOffset FirstMade = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly ConcurrentQueue<VaultKey> _keys = new();
    private readonly ConcurrentQueue<Fault> _faults = new();
    private int _challenges;

    private FakeVault()
    {
        _certificate = MakeCertificate();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port: 0, listen => listen.UseHttps(_certificate)));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public Uri Address => new($"https://{Host}:{Port}/");

    /// <summary>Requests that came without the token, and were told where to get one.</summary>
    public int Challenges => _challenges;

    private int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<FakeVault> StartAsync(CancellationToken cancellationToken)
    {
        var vault = new FakeVault();
        await vault._app.StartAsync(cancellationToken);
        return vault;
    }

    /// <summary>Puts a key, or a newer version of one, into the vault.</summary>
    public VaultKey Add(VaultKey key)
    {
        _keys.Enqueue(key);
        return key;
    }

    /// <summary>Has the next requests with a token fail.</summary>
    public void Fail(int status, int times = 1, TimeSpan? retryAfter = null)
    {
        for (var time = 0; time < times; time++)
        {
            _faults.Enqueue(new Fault(status, retryAfter));
        }
    }

    /// <summary>A way to this vault, and to nothing else: finds it whatever the name resolves to, and takes its certificate alone.</summary>
    public SocketsHttpHandler NewHandler() => new()
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString(HashAlgorithmName.SHA256) == _certificate.GetCertHashString(HashAlgorithmName.SHA256),
        },
    };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
        foreach (var key in _keys)
        {
            key.Dispose();
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={Host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.Authorization != $"Bearer {Token}")
        {
            Interlocked.Increment(ref _challenges);
            context.Response.Headers.WWWAuthenticate = Challenge;
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "Unauthorized");
        }
        else if (_faults.TryDequeue(out var fault))
        {
            if (fault.RetryAfter is { } wait)
            {
                context.Response.Headers.RetryAfter = wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            }

            await RefuseAsync(context, fault.Status, fault.Status == StatusCodes.Status429TooManyRequests ? "Throttled" : "Broken");
        }
        else if (!request.Query.ContainsKey("api-version"))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "BadParameter");
        }
        else
        {
            await AnswerAsync(context, request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private Task AnswerAsync(HttpContext context, string[] path) => (context.Request.Method, path) switch
    {
        ("GET", ["keys", var name, "versions"]) when Versions(name) is { Length: > 0 } versions => WriteAsync(
            context,
            new JsonObject { ["value"] = new JsonArray([.. versions.Select(key => new JsonObject { ["kid"] = Id(key), ["attributes"] = Attributes(key) })]), ["nextLink"] = null }),
        ("GET", ["keys", var name, ..]) when Find(name, path.ElementAtOrDefault(2)) is { } key => key.IsEnabled ? ShowAsync(context, key) : RefuseDisabledAsync(context),
        ("POST", ["keys", var name, var version, "sign"]) when Find(name, version) is { } key => key.IsEnabled ? SignAsync(context, key) : RefuseDisabledAsync(context),
        _ => RefuseAsync(context, StatusCodes.Status404NotFound, "KeyNotFound"),
    };

    private Task ShowAsync(HttpContext context, VaultKey key)
    {
        var material = (JsonObject)key.Material.DeepClone();
        material["kid"] = Id(key);
        material["key_ops"] = new JsonArray("sign", "verify");
        return WriteAsync(context, new JsonObject { ["key"] = material, ["attributes"] = Attributes(key) });
    }

    private async Task SignAsync(HttpContext context, VaultKey key)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var signature = key.Sign((string)body!["alg"]!, Base64Url.DecodeFromChars((string)body["value"]!));
        await (signature is null
            ? RefuseAsync(context, StatusCodes.Status400BadRequest, "BadParameter")
            : WriteAsync(context, new JsonObject { ["kid"] = Id(key), ["value"] = VaultKey.Encode(signature) }));
    }

    private static Task RefuseDisabledAsync(HttpContext context) => RefuseAsync(context, StatusCodes.Status403Forbidden, "Forbidden");

    private static Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = $"The fake vault says {code}." } });
    }

    private static Task WriteAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private VaultKey[] Versions(string name) => [.. _keys.Where(key => key.Name == name)];

    /// <param name="name">Of the key.</param>
    /// <param name="version">Null for the newest.</param>
    private VaultKey? Find(string name, string? version) => Versions(name).LastOrDefault(key => version is null || key.Version == version);

    private string Id(VaultKey key) => new Uri(Address, key.Path).AbsoluteUri;

    private JsonObject Attributes(VaultKey key)
    {
        var made = FirstMade.AddSeconds(Array.IndexOf(_keys.ToArray(), key)).ToUnixTimeSeconds();
        return new JsonObject { ["enabled"] = key.IsEnabled, ["created"] = made, ["updated"] = made, ["recoveryLevel"] = "Recoverable" };
    }

    private sealed record Fault(int Status, TimeSpan? RetryAfter);
}
