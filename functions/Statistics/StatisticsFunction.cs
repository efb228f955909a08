using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Statistics;

/// <summary><c>/api/manage/apps/{app}/statistics</c>: series for charts, and the figures of now. To be asked again by their ETag.</summary>
internal sealed class StatisticsFunction(ManagementApi management, StatisticsReading reading, TimeProvider time)
{
    private const string Route = ManagementApi.App + "/statistics";

    [Function("ManageStatistics")]
    [Operation("Show series of what devices do", typeof(StatisticsAnswer), Query = ["from", "to", "step", "by"])]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Read, app, async (_, id) => StatisticsQuery.Read(request.Query, time.GetUtcNow()) switch
        {
            (null, { } query) => Polled(await reading.ReadAsync(id, query, cancellation), ManagementJson.Default.StatisticsAnswer),
            var (problem, _) => problem!.ToHttp(),
        }, cancellation);

    [Function("ManageStatisticsOverview")]
    [Operation("Show the figures of an app at a glance", typeof(StatisticsOverview))]
    public Task<IResult> ReadOverviewAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/overview")] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            Scopes.Read,
            app,
            async (_, id) => Polled(await reading.ReadOverviewAsync(id, cancellation), ManagementJson.Default.StatisticsOverview),
            cancellation);

    private static PolledAnswer Polled<T>(T value, JsonTypeInfo<T> type) => new PolledAnswer(JsonSerializer.SerializeToUtf8Bytes(value, type));
}
