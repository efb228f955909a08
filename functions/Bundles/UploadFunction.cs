using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Serverless.Access;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Bundles;

/// <summary><c>/api/manage/apps/{app}/uploads/{channel}/{version}</c>: a zip for the drop zone, for those who have no access to the storage account.</summary>
internal sealed class UploadFunction(ManagementApi management, UploadReception reception, UploadVerdicts verdicts, IOptions<BundleOptions> options)
{
    private const string Route = ManagementApi.App + "/uploads/{channel}/{version}";
    private const string Receipt = "upload";

    [Function("ManageUpload")]
    [Operation(
        "Bring a zip to the drop zone",
        typeof(UploadAnswer),
        ProblemCode.BodyTooLarge, ProblemCode.BodyIncomplete, ProblemCode.InvalidParameter, RejectionCode.InvalidMetadata,
        RejectionCode.InvalidUploadName, RejectionCode.InvalidAppId, RejectionCode.InvalidChannel, RejectionCode.ReservedVersion, RejectionCode.InvalidVersion,
        Body = typeof(Stream),
        Status = StatusCodes.Status202Accepted)]
    public Task<IResult> UploadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route)] HttpRequest request, string app, string channel, string version, CancellationToken cancellation) =>
        AnswerAsync(request, app, channel, version, (by, name) => UploadAsync(request, by, name, cancellation), cancellation);

    [Function("ManageUploadVerdict")]
    [Operation(
        "Tell what became of an upload",
        typeof(UploadVerdict),
        RejectionCode.InvalidUploadName, RejectionCode.InvalidAppId, RejectionCode.InvalidChannel, RejectionCode.ReservedVersion, RejectionCode.InvalidVersion,
        Query = [Receipt])]
    public Task<IResult> FollowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request, string app, string channel, string version, CancellationToken cancellation) =>
        AnswerAsync(
            request,
            app,
            channel,
            version,
            async (_, name) => UploadReceipt.TryParse(request.Query[Receipt], out var receipt)
                ? Results.Json(await verdicts.FindAsync(name, receipt, cancellation), ManagementJson.Default.UploadVerdict)
                : Problem.InvalidParameter(Receipt, "what the upload was answered").ToHttp(),
            cancellation);

    private async Task<IResult> UploadAsync(HttpRequest request, Principal by, UploadName name, CancellationToken cancellation)
    {
        if (ReadMetadata(request.Query, out var metadata) is { } problem)
        {
            return problem.ToHttp();
        }

        var limit = options.Value.MaxZipBytes;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        if (request.ContentLength > limit)
        {
            return Problem.ZipTooLarge(limit).ToHttp();
        }

        try
        {
            var receipt = await reception.ReceiveAsync(by, name, metadata, request.Body, cancellation);
            var follow = $"{request.PathBase}{request.Path}?{Receipt}={receipt}";
            request.HttpContext.Response.Headers.Location = follow;
            return Results.Json(new UploadAnswer(follow, $"{receipt}", receipt.Sha256.Hex), ManagementJson.Default.UploadAnswer, statusCode: StatusCodes.Status202Accepted);
        }
        catch (BadHttpRequestException e)
        {
            // Without a length it is known only at the end; or the caller went away.
            return (e.StatusCode is StatusCodes.Status413PayloadTooLarge ? Problem.ZipTooLarge(limit) : Problem.BodyIncomplete).ToHttp();
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            // Somebody else's upload under this name was faster, and took the place of the blocks.
            return Problem.StorageUnavailable.ToHttp();
        }
    }

    private Task<IResult> AnswerAsync(
        HttpRequest request, string app, string channel, string version, Func<Principal, UploadName, Task<IResult>> answer, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            Scopes.Upload,
            app,
            async by => UploadName.Parse($"{app}/{channel}/{version}.zip", out var name) is { } rejection ? Problem.Rejected(rejection).ToHttp() : await answer(by, name),
            cancellation);

    /// <summary>Reads what else is said about the upload, under the names of the blob's metadata.</summary>
    private static Problem? ReadMetadata(IQueryCollection query, out Dictionary<string, string> metadata)
    {
        metadata = [];
        foreach (var (key, values) in query)
        {
            if (!UploadMetadata.Keys.Contains(key) || values is not [{ } value])
            {
                return Problem.InvalidParameter(key, $"one of {string.Join(", ", UploadMetadata.Keys)}, once");
            }

            metadata[key] = UploadMetadata.Encode(value);
        }

        return UploadMetadata.Parse(metadata, out _) is { } rejection ? Problem.Rejected(rejection)
            : metadata.Sum(entry => entry.Key.Length + entry.Value.Length) > UploadMetadata.MaxBytes ? Problem.InvalidParameter(UploadMetadata.NotesKey, "shorter: all of it has to fit into 7 KB")
            : null;
    }
}

/// <param name="Follow">Where the verdict is told: the path, with its query.</param>
/// <param name="Upload">That query's parameter.</param>
/// <param name="Sha256">Of what was received.</param>
internal sealed record UploadAnswer(string Follow, string Upload, string Sha256);
