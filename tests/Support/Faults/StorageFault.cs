using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Support.Faults;

/// <summary>Harms the first matching requests, then lets the rest pass.</summary>
public sealed class StorageFault : Interception
{
    private readonly int _times;
    private readonly Func<HttpContext, Task<bool>> _act;

    private StorageFault(Func<StorageRequest, bool> match, Stage stage, int times, Func<HttpContext, Task<bool>> act)
        : base(match, stage)
    {
        _times = times;
        _act = act;
    }

    internal override Task<bool> ActAsync(StorageRequest request, HttpContext context) => _act(context);

    private protected override int Limit => _times;

    /// <summary>Answers as Azure Storage does when it is busy or broken.</summary>
    internal static StorageFault Status(Func<StorageRequest, bool> match, Stage stage, int times, int status, TimeSpan? retryAfter) =>
        new(match, stage, times, async context =>
        {
            var code = status switch
            {
                StatusCodes.Status503ServiceUnavailable => "ServerBusy",
                StatusCodes.Status429TooManyRequests => "TooManyRequests",
                StatusCodes.Status403Forbidden => "AuthorizationFailure",
                _ => "InternalError",
            };
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/xml";
            context.Response.Headers["x-ms-error-code"] = code;
            if (retryAfter is { } wait)
            {
                context.Response.Headers.RetryAfter = wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            }

            await context.Response.WriteAsync(
                $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>Injected.</Message></Error>",
                Encoding.UTF8,
                context.RequestAborted);
            return true;
        });

    internal static StorageFault Reset(Func<StorageRequest, bool> match, Stage stage, int times) =>
        new(match, stage, times, context =>
        {
            context.Abort();
            return Task.FromResult(true);
        });

    internal static StorageFault Delay(Func<StorageRequest, bool> match, Stage stage, int times, TimeSpan delay) =>
        new(match, stage, times, async context =>
        {
            await Task.Delay(delay, context.RequestAborted);
            return false;
        });
}
