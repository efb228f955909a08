using System.Security.Cryptography;
using System.Text;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Releases;

namespace Serverless.Tests.Storage;

/// <summary>Verifies an app's ledger the way an auditor would: with nothing but SHA-256 and the rows.</summary>
internal static class LedgerChain
{
    /// <summary>Fails unless the rows are numbered 1 to the app's count and each hash covers the one before it. Answers the entries.</summary>
    public static async Task<IReadOnlyList<LedgerDocument>> VerifyAsync(this ReleaseCatalog catalog, AppId app)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var rows = await catalog.ReadLedgerAsync(app, cancellation).ToListAsync(cancellation);
        var state = await catalog.ReadAppAsync(app, cancellation);
        var head = new string('0', 64);
        foreach (var row in rows)
        {
            head = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{head}\n{row.Document}")));
            Assert.Equal(head, row.Hash);
        }

        Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => (long)number), rows.Select(row => row.Number));
        Assert.Equal((rows.Count, head), (state.LedgerCount, state.LedgerHead));
        return [.. rows.Select(row => row.Read())];
    }
}
