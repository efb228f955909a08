using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Deltas;
using Serverless.Device.Answers;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Tests.Support;
using Serverless.Updates;

namespace Serverless.Fuzz.Targets;

/// <summary>The body of an update check, up to the answer. Every answer is one that the strictest plugin can read, and holds no null.</summary>
internal sealed class UpdateCheckTarget : FuzzTarget<IReadOnlyList<HttpAnswer>>, IDisposable
{
    // No device's answer depends on it: it only makes the device one that carries a key.
    private const string PublicKey = "-----BEGIN RSA PUBLIC KEY-----";

    private static readonly Pepper Pepper = new(new byte[32]);

    private readonly DeviceBody _body = new(Pepper, new DeviceNetworks(Pepper, TimeProvider.System), new GateStub());
    private readonly DownloadLinks _links;
    private readonly FileLists _lists;
    private readonly UpdateAnswers _answers;

    public UpdateCheckTarget()
    {
        // Addresses are signed here; nothing is ever asked of the storage account.
        var blobs = new BlobServiceClient("UseDevelopmentStorage=true");
        _links = new DownloadLinks(blobs, TimeProvider.System, Options.Create(new DownloadOptions()));
        _lists = new FileLists(new BundleStore(blobs, TimeProvider.System), NullLogger<FileLists>.Instance);
        _answers = new UpdateAnswers(_links, _lists);
    }

    public override IEnumerable<byte[]> Seeds => Files("updates");

    public void Dispose()
    {
        _links.Dispose();
        _lists.Dispose();
    }

    protected override IReadOnlyList<HttpAnswer> Read(byte[] input) => ReadAsync(input).GetAwaiter().GetResult();

    protected override void Check(byte[] input, IReadOnlyList<HttpAnswer> reading)
    {
        var device = AskingDevice.Of(input, PublicKey);
        foreach (var answer in reading)
        {
            device.Read(answer);
        }
    }

    private async Task<IReadOnlyList<HttpAnswer>> ReadAsync(byte[] input)
    {
        var (fault, device, _) = await _body.ReadAsync(Exchange.Post(input), WireJson.Default.DeviceInfo, CancellationToken.None);
        if (device is null)
        {
            return [Exchange.Answer(fault!.ToHttp())];
        }

        FindingException.Unless(fault is null, "A device is at fault and answered.");
        var answers = new List<HttpAnswer>();
        foreach (var app in FuzzedApp.Snapshots(device.App))
        {
            var decision = UpdateDecision.Decide(new UpdateQuestion(app, device));
            answers.Add(Exchange.Answer(new AnswerResult(AnswerBody.Of(await _answers.WriteAsync(decision, device, CancellationToken.None)))));
        }

        return answers;
    }
}
