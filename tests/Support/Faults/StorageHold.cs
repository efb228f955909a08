using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Support.Faults;

/// <summary>
/// Keeps every matching request where it is until released or until its client is gone. A request held before forwarding whose client
/// dies never reaches storage.
/// </summary>
public sealed class StorageHold : Interception
{
    private readonly TaskCompletionSource<StorageRequest> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal StorageHold(Func<StorageRequest, bool> match, Stage stage)
        : base(match, stage)
    {
    }

    /// <summary>Completes with the first request that is held.</summary>
    public Task<StorageRequest> Reached => _reached.Task;

    /// <summary>Lets all held requests go on, and holds no more.</summary>
    public void Release() => Dispose();

    internal override async Task<bool> ActAsync(StorageRequest request, HttpContext context)
    {
        _reached.TrySetResult(request);
        await _released.Task.WaitAsync(context.RequestAborted);
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _released.TrySetResult();
    }
}
