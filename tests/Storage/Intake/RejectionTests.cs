using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Storage;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.Storage.Intake;

public sealed class RejectionTests(RejectionLab lab) : IClassFixture<RejectionLab>
{
    public static TheoryData<string> Uploads => [.. RefusedUploads.All.Keys];

    [Theory]
    [MemberData(nameof(Uploads))]
    public async Task Upload_is_refused_and_touches_nothing_but_quarantine_and_ledger(string key)
    {
        var upload = RefusedUploads.All[key];
        var name = Fill(upload.Name, key);
        var before = await lab.PictureBeforeAsync();
        var etag = await lab.Pipeline.DropAsync(name, upload.Zip, upload.Metadata);

        var result = await lab.Pipeline.IntakeAsync(name);

        var after = await lab.PictureAfterAsync();
        Assert.Equal(upload.Code, Assert.IsType<IntakeResult.Rejected>(result).Rejection.Code);
        Assert.Equal(upload.Zip, await lab.Pipeline.ReadAsync(Containers.Quarantine, name));
        AssertReason(upload, key, await lab.Pipeline.ReadAsync(Containers.Quarantine, name + ".reason.json"), $"{etag}");
        AssertTouched(name, after.Since(before));
    }

    [Fact]
    public async Task Upload_for_an_unknown_app_creates_no_app()
    {
        var app = PipelineInstance.NewApp();
        var name = $"{app}/production/1.0.0.zip";
        var before = await lab.PictureBeforeAsync();

        var result = await lab.Pipeline.IntakeAsync(name, WebBundle.Small("1.0.0").Without("index.html").Zip());

        var after = await lab.PictureAfterAsync();
        Assert.Equal(RejectionCode.NoIndexHtml, Assert.IsType<IntakeResult.Rejected>(result).Rejection.Code);
        AssertTouched(name, after.Since(before), CatalogKeys.SystemPartition);
    }

    [Fact]
    public void Every_code_has_an_upload_that_gets_it()
    {
        var codes = typeof(RejectionCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!);

        // The other rules on content only warn, unless settings say otherwise.
        string[] rules = [ContentRule.Secret, ContentRule.PrivateFile, ContentRule.MissingReference];

        // An upload of a release that was tampered with opens an incident as well; the proofs of releases have tests of their own,
        // and so has what approvers decline.
        Assert.Equal(codes.Concat(rules).Except([RejectionCode.ReleaseUnverified, RejectionCode.ApprovalDeclined]).Order(StringComparer.Ordinal), RefusedUploads.All.Values.Select(upload => upload.Code).Distinct().Order(StringComparer.Ordinal));
    }

    private void AssertReason(RefusedUpload upload, string key, byte[] json, string etag)
    {
        using var document = JsonDocument.Parse(json);
        var reason = document.RootElement;
        var sentence = reason.GetProperty("sentence").GetString()!;

        Assert.Equal(upload.Code, reason.GetProperty("code").GetString());
        Assert.Matches(@"\A[A-Z](?s:(?!\. [A-Z]).)+\.\z", sentence);
        Assert.Equal(etag, reason.GetProperty("upload").GetString());
        Assert.Equal(upload.Entry is { } entry ? Fill(entry, key) : null, reason.TryGetProperty("entry", out var at) ? at.GetString() : null);
    }

    private void AssertTouched(string name, IReadOnlyList<string> changes, string? partition = null)
    {
        var chain = partition ?? (name.StartsWith($"{lab.App}/", StringComparison.Ordinal) ? lab.App.Value : CatalogKeys.SystemPartition);

        Assert.Collection(
            changes,
            change => Assert.Equal($"+ blob quarantine/{name}", change),
            change => Assert.Equal($"+ blob quarantine/{name}.reason.json", change),
            change => Assert.Matches($@"\A[~+] row Catalog/{chain}/app\z", change),
            change => Assert.StartsWith($"+ row Catalog/{chain}/ledger:", change, StringComparison.Ordinal),
            change => Assert.StartsWith($"+ row Catalog/{chain}/once:", change, StringComparison.Ordinal));
    }

    private string Fill(string text, string key) => text
        .Replace("{app}", lab.App.Value, StringComparison.Ordinal)
        .Replace("{n}", RefusedUploads.All.Keys.ToList().IndexOf(key).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
