using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Support.Faults;

/// <summary>Lets the bodies of matching requests, or of their answers, come in drops, until disposed.</summary>
public sealed class StorageTrickle : Interception
{
    private readonly int _bytesPerSecond;
    private readonly Stage _stage;

    internal StorageTrickle(Func<StorageRequest, bool> match, Stage stage, int bytesPerSecond)
        : base(match, stage)
    {
        _stage = stage;
        _bytesPerSecond = bytesPerSecond;
    }

    internal override Task<bool> ActAsync(StorageRequest request, HttpContext context)
    {
        if (_stage is Stage.BeforeForwarding)
        {
            context.Request.Body = new TrickleStream(context.Request.Body, _bytesPerSecond);
        }
        else
        {
            context.Response.Body = new TrickleStream(context.Response.Body, _bytesPerSecond);
        }

        return Task.FromResult(false);
    }
}
