using System.Diagnostics;
using System.Text.Json;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.Support.Webhooks;

/// <summary>The reference library of the specification Standard Webhooks, run by Node.js: it shares no code with what it verifies.</summary>
public static class StandardWebhooks
{
    private const string Script =
        "const { Webhook } = require('standardwebhooks');" +
        "const [secret, headers, body] = process.argv.slice(1);" +
        "try { new Webhook(secret).verify(Buffer.from(body, 'base64').toString('utf8'), JSON.parse(headers)); console.log('valid'); }" +
        "catch (fault) { console.log(fault.message); }";

    private static readonly NpmPackage[] Packages =
    [
        new("standardwebhooks", "1.1.1", "sha512-bCbX9ZEyFkWPsRz7Bl3NuQUJohmwGSev/yhr7vhaGPlc4AfIrspIRa6cPTBuI1ItmrTDJ4d/S2hCsfe4+vQGnQ=="),
        new("@stablelib/base64", "1.0.1", "sha512-1bnPQqSxSuc3Ii6MhBysoWCg58j97aUjuCSZrGSmDxNqtytIi0k8utUenAwTZN4V5mXXYGsVUI9zeBqy+jBOSQ=="),
        new("fast-sha256", "1.3.0", "sha512-n11RGP/lrWEFI/bWdygLxhI+pVeo1ZYIVwvvPkW7azl/rOy+F3HYRZ2K5zeE9mmkhQppyv9sQFx0JM9UabnpPQ=="),
    ];

    /// <returns><c>valid</c>, or what the library says against it.</returns>
    public static async Task<string> VerifyAsync(
        string secret, IReadOnlyDictionary<string, string> headers, byte[] body, CancellationToken cancellationToken = default)
    {
        var node = new ProcessStartInfo("node")
        {
            ArgumentList = { "-e", Script, secret, JsonSerializer.Serialize(headers), Convert.ToBase64String(body) },
            Environment = { ["NODE_PATH"] = await InstallAsync(cancellationToken) },
        };
        var run = await CommandRun.RunAsync(node, cancellationToken);
        return run.ExitCode == 0 ? run.StandardOutput.Trim() : throw new InvalidOperationException(run.Output);
    }

    /// <returns>A folder in which Node.js finds the packages by their names.</returns>
    private static async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        var modules = Repository.Cache("standardwebhooks");
        using var guard = await FileLock.AcquireAsync(modules + ".lock", TimeSpan.FromMinutes(5), cancellationToken);
        foreach (var package in Packages)
        {
            var link = new DirectoryInfo(Path.Combine(modules, package.Name));
            if (!link.Exists)
            {
                link.Parent!.Create();
                Directory.CreateSymbolicLink(link.FullName, await package.UnpackAsync(Repository.Cache("npm"), cancellationToken));
            }
        }

        return modules;
    }
}
